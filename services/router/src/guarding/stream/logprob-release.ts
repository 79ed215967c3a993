import type { TokenLogprob } from '../../pipeline/choice-run.js';
import type { RequestRun } from '../../pipeline/request-run.js';
import { mayChangeAnswer } from '../route-policies.js';

export interface LogprobRules {
  /** A policy may take text out of the answer. */
  readonly guarded: boolean;
  /** Alternatives that the client asked for; engines may tell more. */
  readonly alternatives: number;
}

/** Released bytes that no token has come for: from there on none is believed any more. */
const MOST_UNSPELLED = 4_096;

const SPACE = 0x20;
const REPLACEMENT = Buffer.from('\ufffd');
/** What ends an answer has no text of its own, as `</s>` and `<|im_end|>`; letters alone carry no value. */
const END_TOKEN = /^<[|/\uff5c]{0,2}[a-z_\u2581]{1,24}[|\uff5c]?>$/i;

/**
 * Holds the log probabilities of an answer back until the text that their tokens spell has been released, so that they
 * never show what the text does not. Under a policy they leave as long as their bytes are that text, and only the first
 * token with its alternatives: those of later tokens are texts that no filter has seen. Once the text was changed, or
 * tokens spell something else, none leaves any more.
 */
export class LogprobRelease {
  #waiting: TokenLogprob[] = [];
  /** Released, and not spelled by a token yet. */
  #text: Uint8Array = new Uint8Array(0);
  #begun = false;
  #lost = false;

  constructor(private readonly rules: LogprobRules) {}

  given(tokens: readonly TokenLogprob[]): void {
    if (this.#lost) return;
    for (const token of tokens) {
      const isLater = this.#begun || this.#waiting.length > 0;
      this.#waiting.push(this.rules.guarded ? bare(token, isLater ? 0 : this.rules.alternatives) : token);
    }
  }

  /** The tokens that are complete with this text. */
  released(text: string): TokenLogprob[] {
    if (this.#lost) return [];
    this.#text = Buffer.concat([this.#text, Buffer.from(text)]);
    const tokens = this.#take();
    if (this.#text.length > MOST_UNSPELLED) this.lose();
    return tokens;
  }

  /** At the end: tokens that came after their text, and those without text of their own. */
  rest(): TokenLogprob[] {
    const tokens = this.#take();
    const last = this.#waiting.splice(0);
    return !this.rules.guarded || isTail(last, this.#text) ? [...tokens, ...last] : tokens;
  }

  /** The text is not what the tokens spell. */
  lose(): void {
    this.#lost = true;
    this.#waiting = [];
    this.#text = new Uint8Array(0);
  }

  #take(): TokenLogprob[] {
    const taken: TokenLogprob[] = [];
    for (const token of this.#waiting) {
      const bytes = this.#spelledBy(token);
      const text = this.#text.subarray(0, bytes.length);
      if (text.length < bytes.length) break;
      // Another text stays where it is, so that nothing after it fits either.
      if (this.rules.guarded && Buffer.compare(text, bytes) !== 0) break;
      this.#text = this.#text.subarray(bytes.length);
      this.#begun = true;
      taken.push(token);
    }
    this.#waiting.splice(0, taken.length);
    return taken;
  }

  /** Some vocabularies write a space before the first word, which no text begins with. */
  #spelledBy({ bytes }: TokenLogprob): Uint8Array {
    const isFirst = !this.#begun && this.#text.length > 0;
    return isFirst && bytes[0] === SPACE && this.#text[0] !== SPACE ? bytes.subarray(1) : bytes;
  }
}

export function logprobRules(run: RequestRun): LogprobRules {
  return { guarded: mayChangeAnswer(run), alternatives: run.request.form.topLogprobs ?? 0 };
}

/** The log probabilities of a complete answer that may be shown with its text; undefined where they are of another text. */
export function spelledLogprobs(
  text: string,
  tokens: readonly TokenLogprob[] | undefined,
  rules: LogprobRules,
): TokenLogprob[] | undefined {
  if (!tokens) return undefined;
  const release = new LogprobRelease(rules);
  release.given(tokens);
  const shown = [...release.released(text), ...release.rest()];
  return shown.length > 0 || tokens.length === 0 ? shown : undefined;
}

/** The token by its bytes, whatever it is called. */
function bare(token: TokenLogprob, alternatives: number): TokenLogprob {
  const name = Buffer.from(token.token).equals(token.bytes) ? token.token : Buffer.from(token.bytes).toString();
  return { ...token, token: name, top: token.top.slice(0, alternatives) };
}

/** What is left at the end of an answer: half a character, which its text may have U+FFFD for, or what ended it. */
function isTail(tokens: readonly TokenLogprob[], text: Uint8Array): boolean {
  const bytes = Buffer.concat(tokens.map((token) => token.bytes));
  if (isPartOfOne(bytes)) return text.length === 0 || REPLACEMENT.equals(text);
  return tokens.length === 1 && text.length === 0 && END_TOKEN.test(bytes.toString());
}

/** At most three bytes that are no text yet. */
function isPartOfOne(bytes: Uint8Array): boolean {
  return bytes.length < 4 && Buffer.from(bytes).toString() === '\ufffd';
}
