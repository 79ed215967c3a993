import { wordUnit } from '../characters.js';
import { MappedTextBuilder } from '../mapped-text.js';
import type { TextView } from '../text-views.js';

/** So many single letters with the same separator are a word taken apart. */
const MIN_LETTERS = 5;
const MIN_LETTERS_PUNCTUATED = 3;
const WIDEST_GAP = 8;

/** What a code unit is: bits, so that a letter of the alphabet is one sign among others as well. */
const LETTER = 1;
const DIGIT = 2;
/** Stands for a letter. */
const SIGN = 4;
const SEPARATOR = 8;
const BLANK = 16;
/** A letter beyond ASCII: many of them are words of their own, so it is only spaced by what spaces the others. */
const FOREIGN = 32;
const WORD = LETTER | DIGIT | FOREIGN;
const SINGLE = LETTER | DIGIT | SIGN;
const ASCII = 0x80;
const kinds = Uint8Array.from({ length: ASCII }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[A-Za-z]/.test(character)) return LETTER;
  if (/[0-9]/.test(character)) return DIGIT;
  if (/[ \n]/.test(character)) return SEPARATOR | BLANK;
  if (character === '\t') return SEPARATOR | BLANK;
  return (/[@$!]/.test(character) ? SIGN : 0) | (/[._*,/|+~:;'"-]/.test(character) ? SEPARATOR : 0);
});

function kindAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if (unit < ASCII) return kinds[unit]!;
  return wordUnit[unit] === 1 ? FOREIGN : 0;
}

/** Letters with one separator between them, and how the text reads without it. */
interface Spaced {
  /** Offsets of the characters, in order. */
  readonly signs: readonly number[];
  /** Those that begin a word. */
  readonly begins: ReadonlySet<number>;
  readonly end: number;
}

/** `i g n o r e` and `i.g.n.o.r.e` as a word; a wider gap is the end of a word. */
export function joinSpacedLetters(source: TextView): TextView {
  const { text } = source;
  let builder: MappedTextBuilder | undefined;
  let copied = 0;
  for (let at = nextSpaced(text, 0); at < text.length;) {
    const run = new SpacedRun(text, at);
    const spaced = run.spaced();
    if (!spaced) {
      // The last letter may begin a run with another separator; what lies before it has been looked at.
      at = nextSpaced(text, Math.max(at + 1, run.last));
      continue;
    }
    builder ??= new MappedTextBuilder(source);
    builder.copy(copied, spaced.signs[0]!);
    write(text, spaced, builder);
    copied = spaced.end;
    at = nextSpaced(text, copied);
  }
  builder?.copy(copied, text.length);
  return builder?.finish() ?? source;
}

function write(text: string, { signs, begins }: Spaced, builder: MappedTextBuilder): void {
  let end = signs[0]!;
  for (const sign of signs) {
    if (begins.has(sign)) builder.put(' ', end, sign);
    end = sign + widthAt(text, sign);
    builder.copy(sign, end);
  }
}

/** From an offset on, where single letters may begin; the length of the text = nowhere. */
function nextSpaced(text: string, from: number): number {
  const { length } = text;
  let before = from > 0 ? kindAt(text, from - 1) : 0;
  let here = from < length ? kindAt(text, from) : 0;
  for (let at = from; at < length; at++) {
    const next = at + 1 < length ? kindAt(text, at + 1) : 0;
    const may = (next & SEPARATOR) !== 0 && (here & (SINGLE | FOREIGN)) !== 0 && (before & WORD) === 0;
    if (may && startsSpaced(text, at)) return at;
    before = here;
    here = next;
  }
  return length;
}

function startsSpaced(text: string, at: number): boolean {
  const between = kindAt(text, at + 1);
  if ((between & SEPARATOR) === 0) return false;
  if ((between & BLANK) === 0) return isSingle(text, at) && isSingle(text, at + 2);
  const first = isSingle(text, at) || ((kindAt(text, at) & FOREIGN) !== 0 && isAlone(text, at));
  return first && (isSingle(text, at + 2) || isAlone(text, at + 2));
}

/** A letter or digit (or a sign that stands for one) with no other one beside it. */
function isSingle(text: string, at: number): boolean {
  return (kindAt(text, at) & SINGLE) !== 0 && !isWord(text, at - 1) && !isWord(text, at + 1);
}

function isWord(text: string, at: number): boolean {
  return at >= 0 && at < text.length && (kindAt(text, at) & WORD) !== 0;
}

/** Any character with nothing but white space around it. */
function isAlone(text: string, at: number): boolean {
  return !isBlank(text, at) && isBlank(text, at - 1) && isBlank(text, at + widthAt(text, at));
}

function isBlank(text: string, at: number): boolean {
  return at < 0 || at >= text.length || (kindAt(text, at) & BLANK) !== 0;
}

function widthAt(text: string, at: number): number {
  const pair = (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
  return pair ? 2 : 1;
}

/** Single characters from one on, as far as they have the same separator between them. */
class SpacedRun {
  readonly #separator: string;
  readonly #blank: boolean;
  readonly #signs: number[];
  readonly #begins = new Set<number>();

  constructor(
    private readonly text: string,
    start: number,
  ) {
    this.#separator = text[start + 1]!;
    this.#blank = isBlank(text, start + 1);
    this.#signs = [start];
    for (let at = this.#next(start); at > 0; at = this.#next(at)) this.#signs.push(at);
  }

  get last(): number {
    return this.#signs.at(-1)!;
  }

  /** undefined = too little for a word that was taken apart. */
  spaced(): Spaced | undefined {
    const first = this.#firstOfWords();
    const own = this.#signs.slice(first);
    const least = this.#separator === ' ' || this.#separator === '\n' ? MIN_LETTERS : MIN_LETTERS_PUNCTUATED;
    const [start] = own;
    if (start === undefined || (this.#blank ? this.#longestOf(own) : own.length) < least) return undefined;
    this.#begins.delete(start);
    return { signs: own, begins: this.#begins, end: this.last + widthAt(this.text, this.last) };
  }

  /** From one sign to the next: exactly the separator, or more white space, which ends a word; 0 = there is none. */
  #next(at: number): number {
    const after = at + widthAt(this.text, at);
    if (this.text[after] === this.#separator && !isBlank(this.text, after + 1))
      return this.#belongs(after + 1) ? after + 1 : 0;
    let next = after;
    while (next < after + WIDEST_GAP - 1 && next < this.text.length && this.#separates(next)) next++;
    if (next === after || !this.#belongs(next)) return 0;
    this.#begins.add(next);
    return next;
  }

  #separates(at: number): boolean {
    return isBlank(this.text, at) || this.text[at] === this.#separator;
  }

  /** Between spaces every character counts: punctuation was taken apart with its words. */
  #belongs(at: number): boolean {
    if (at >= this.text.length) return false;
    return isSingle(this.text, at) || (this.#blank && isAlone(this.text, at));
  }

  /** From the first letter on from which digits do not outweigh letters: digits in front hide no word. */
  #firstOfWords(): number {
    let first = this.#signs.length;
    let balance = 0;
    for (let index = this.#signs.length - 1; index >= 0; index--) {
      const kind = kindAt(this.text, this.#signs[index]!);
      if ((kind & (SINGLE | FOREIGN)) === 0) continue;
      balance += (kind & DIGIT) !== 0 ? -1 : 1;
      if (balance >= 0) first = index;
    }
    return first;
  }

  /** Most letters and digits in a row. */
  #longestOf(signs: readonly number[]): number {
    let longest = 0;
    let row = 0;
    for (const sign of signs) {
      row = (kindAt(this.text, sign) & (SINGLE | FOREIGN)) !== 0 ? row + 1 : 0;
      longest = Math.max(longest, row);
    }
    return longest;
  }
}
