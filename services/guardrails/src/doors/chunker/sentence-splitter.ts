/** A piece of a text: half-open span in UTF-16 code units from the beginning of the text. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Cuts text that arrives in parts into pieces that together are the text again. */
export interface Splitter {
  /** Takes more text; gives the pieces that are complete. */
  push(text: string): Piece[];
  /** The text is complete; gives the rest. */
  end(): Piece[];
}

/** Longest sentence in code units; a longer one is cut. */
export const MAX_SENTENCE = 2_048;

/** What may end a sentence. */
const TERMINAL = /[\p{Sentence_Terminal}\n\r\u0085\u2028\u2029]/u;
/** What shows that the text before it was the end of a sentence: no rule of UAX #29 looks further. */
const DECIDES = /[\p{L}\p{Nl}\p{Sentence_Terminal}\n\r\u0085\u2028\u2029]/u;

/** Sentences by UAX #29. One leaves when the next one has begun; their spaces stay with the sentence before. */
export class SentenceSplitter implements Splitter {
  readonly #segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
  #pending = '';
  #start = 0;
  #mayEnd = false;

  push(text: string): Piece[] {
    this.#pending += text;
    this.#mayEnd ||= TERMINAL.test(text);
    if (!this.#mayEnd && this.#pending.length <= MAX_SENTENCE) return [];
    return this.#complete();
  }

  end(): Piece[] {
    const pieces = this.#pending
      ? [...this.#segmenter.segment(this.#pending)].flatMap(({ segment }) => this.#cut(segment))
      : [];
    this.#pending = '';
    return pieces;
  }

  #complete(): Piece[] {
    const text = this.#pending;
    const pieces: Piece[] = [];
    let taken = 0;
    for (const { segment, index } of this.#segmenter.segment(text)) {
      const end = index + segment.length;
      const following = text.slice(end, end + MAX_SENTENCE);
      if (!DECIDES.test(following)) break;
      pieces.push(...this.#cut(segment));
      taken = end;
    }
    this.#pending = text.slice(taken);
    while (this.#pending.length > MAX_SENTENCE) {
      const head = headOf(this.#pending);
      this.#pending = this.#pending.slice(head.length);
      pieces.push(this.#piece(head));
    }
    this.#mayEnd = TERMINAL.test(this.#pending);
    return pieces;
  }

  #cut(sentence: string): Piece[] {
    const pieces: Piece[] = [];
    let rest = sentence;
    while (rest.length > MAX_SENTENCE) {
      const head = headOf(rest);
      pieces.push(this.#piece(head));
      rest = rest.slice(head.length);
    }
    return [...pieces, this.#piece(rest)];
  }

  #piece(text: string): Piece {
    const start = this.#start;
    this.#start += text.length;
    return { start, end: this.#start, text };
  }
}

/** The whole text as one piece, when it is complete. */
export class WholeText implements Splitter {
  readonly #parts: string[] = [];

  push(text: string): Piece[] {
    this.#parts.push(text);
    return [];
  }

  end(): Piece[] {
    const text = this.#parts.join('');
    this.#parts.length = 0;
    return text ? [{ start: 0, end: text.length, text }] : [];
  }
}

/** As much as one sentence may have, but no half of a pair. */
function headOf(text: string): string {
  const last = text.charCodeAt(MAX_SENTENCE - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? MAX_SENTENCE - 1 : MAX_SENTENCE);
}
