import { MappedTextBuilder } from '../../text/mapped-text.js';
import type { TextView } from '../../text/text-views.js';

/** Letters in a row that make a repetition: more than languages repeat by themselves. */
const SPAN = 24;
/** Hashes that are remembered at most. */
const MOST_REMEMBERED = 65_536;
/** Places where a hash may be. */
const PROBES = 4;
const FACTOR = 0x01000193;
const LETTER = /\p{L}/u;

/**
 * A text in which what was said before, letter by letter, is left out: each 24 letters in a row are remembered by a hash
 * that rolls along. Linear in the text, in bounded memory; what stands between repeated letters goes with them.
 */
export function withoutRepeats(whole: TextView): TextView {
  const { text } = whole;
  if (text.length < 2 * SPAN) return whole;
  const builder = new MappedTextBuilder(whole);
  const spans = new LetterSpans(text.length);
  let from = 0;
  let said = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (!isLetter(unit, text, at)) continue;
    const repeated = spans.add(lowerCase(unit), at);
    if (repeated === said) continue;
    if (repeated) builder.copy(from, spans.start);
    else builder.put(' ', at - 1, at);
    from = at;
    said = repeated;
  }
  if (!said) builder.copy(from, text.length);
  return builder.finish();
}

/** The last letters of a text, and which of them came in this order before. */
class LetterSpans {
  readonly #last = new Uint16Array(SPAN);
  readonly #places = new Uint32Array(SPAN);
  readonly #known: Int32Array;
  readonly #oldest = power(FACTOR, SPAN);
  #hash = 0;
  #count = 0;

  constructor(letters: number) {
    this.#known = new Int32Array(Math.min(MOST_REMEMBERED, 2 ** Math.ceil(Math.log2(2 * letters))));
  }

  /** Where the first of the last letters stands. */
  get start(): number {
    return this.#places[this.#count % SPAN]!;
  }

  /** Takes the next letter; true when it ends letters that came before. */
  add(letter: number, at: number): boolean {
    const place = this.#count++ % SPAN;
    const gone = this.#last[place]!;
    this.#last[place] = letter;
    this.#places[place] = at;
    this.#hash = (Math.imul(this.#hash, FACTOR) + letter - Math.imul(gone, this.#oldest)) | 0;
    return this.#count >= SPAN && this.#isKnown(this.#hash);
  }

  /** Remembers what is new; where all places for it are taken, something older is forgotten. */
  #isKnown(hash: number): boolean {
    const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    // Zero stands for an empty place.
    const key = mixed || 1;
    const first = mixed ^ (mixed >>> 13);
    let free = first & (this.#known.length - 1);
    for (let probe = PROBES - 1; probe >= 0; probe--) {
      const slot = (first + probe) & (this.#known.length - 1);
      if (this.#known[slot] === key) return true;
      if (this.#known[slot] === 0) free = slot;
    }
    this.#known[free] = key;
    return false;
  }
}

function isLetter(unit: number, text: string, at: number): boolean {
  if (unit < 0x80) return (unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a;
  return LETTER.test(text[at]!);
}

function lowerCase(unit: number): number {
  return unit >= 0x41 && unit <= 0x5a ? unit | 0x20 : unit;
}

function power(factor: number, exponent: number): number {
  let product = 1;
  for (let count = 0; count < exponent; count++) product = Math.imul(product, factor);
  return product;
}
