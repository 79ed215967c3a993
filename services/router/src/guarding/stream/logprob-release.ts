import type { TokenLogprob } from '../../pipeline/choice-run.js';

interface Waiting {
  readonly token: TokenLogprob;
  /** Bytes of the answer up to the end of this token. */
  readonly end: number;
}

/**
 * Holds the log probabilities of a stream back until the text that their tokens spell has been released, so that they
 * never show what the text does not. Once the text was changed none leaves any more.
 */
export class LogprobRelease {
  #waiting: Waiting[] = [];
  #given = 0;
  #released = 0;
  #lost = false;

  given(tokens: readonly TokenLogprob[]): void {
    if (this.#lost) return;
    for (const token of tokens) this.#waiting.push({ token, end: (this.#given += token.bytes.length) });
  }

  /** The tokens that are complete with this text. */
  released(text: string): TokenLogprob[] {
    this.#released += Buffer.byteLength(text);
    const first = this.#waiting.findIndex(({ end }) => end > this.#released);
    const count = first < 0 ? this.#waiting.length : first;
    return this.#waiting.splice(0, count).map(({ token }) => token);
  }

  /** Tokens without text of their own, such as the one that ended the answer. */
  rest(): TokenLogprob[] {
    return this.#waiting.splice(0).map(({ token }) => token);
  }

  /** The text is not what the tokens spell. */
  lose(): void {
    this.#lost = true;
    this.#waiting = [];
  }
}
