import { MappedText } from '../mapped-text.js';
import type { TextView } from '../text-views.js';
import { UnitText } from '../unit-text.js';
import { joinDrawnLetters } from './drawn-letters.js';
import { endOfLetters, kindAt, LeetWord, letterAt, ONE_AS, SHAPE } from './leet-words.js';

const SIGN = /[0-9@$!|+(]/;
const A = 0x61;
/** Least bits of a word that is written this way in a text that is not, and in one that is. */
const MIN_BITS = -0.35;
const MIN_BITS_WHERE_USUAL = -2.5;
/** Least bits of a word of nothing but digits: it may be a number. */
const MIN_BITS_OF_NUMBER = 0.1;
const MIN_BITS_OF_NEW_SIGNS = 0.8;
/** Words on either side that say how a text is written at one of them. */
const REACH = 10;
const MIN_NEAR = 2;
/** From so many words on the text is written that way somewhere, and its short words may be too. */
const HABIT = 2;
const SHORT_WORDS: ReadonlySet<string> = new Set('is it to as at so be go'.split(' '));
/** What follows an apostrophe. */
const ENDINGS: Readonly<Record<string, string>> = { '5': 's', '7': 't', '11': 'll', $: 's', '+': 't' };
const SINGLES: Readonly<Record<string, string>> = { '4': 'a', '@': 'a', '1': 'i', '!': 'i' };

/** Signs and digits as the letters they stand for, in words that read like words then. */
export function unleet(source: TextView): TextView {
  if (!SIGN.test(source.text)) return source;
  const drawn = joinDrawnLetters(source);
  const found = new LeetSearch(drawn.text);
  return found.changed ? new MappedText(found.read(), drawn) : drawn;
}

/** Words with signs, in order: what is sure is written at once, the others when it is known how the text is written there. */
class LeetSearch {
  readonly #units: UnitText;
  readonly #word = new LeetWord();
  /** Starts of words, then for each 1 = sure, 0 = letters only; waiting words are places among these. */
  readonly #starts: number[] = [];
  readonly #sure: number[] = [0];
  readonly #plain: number[] = [0];
  readonly #waiting: number[] = [];
  /** Of the words that are sure: their signs, and how many letters i and l they have. */
  #signs = 0;
  #lettersI = 0;
  #lettersL = 0;
  #one: number | undefined;

  constructor(private readonly text: string) {
    this.#scan();
    this.changed = this.#sure.at(-1)! > 0;
    this.#units = new UnitText(this.changed ? text.length : 0);
    if (!this.changed) return;
    this.#units.copy(text, 0, text.length);
    this.#one = this.#usualOne();
    const habit = this.#sure.at(-1)! >= HABIT;
    for (const index of this.#waiting) this.#decide(index, habit);
  }

  readonly changed: boolean;

  read(): string {
    return this.#units.read();
  }

  /** Notes all words, and which of them are surely leet. */
  #scan(): void {
    const { text } = this;
    const word = this.#word;
    for (let at = 0; at < text.length;) {
      if (kindAt(text, at) === 0) {
        at++;
        continue;
      }
      const start = at;
      at = endOfLetters(text, at);
      if (kindAt(text, at) === 0) {
        this.#note(start, false, at - start > 2);
        continue;
      }
      at = word.read(text, start);
      if (word.length === 0) continue;
      const sure = word.shape === SHAPE.leet && this.#reads(MIN_BITS);
      if (sure) this.#count();
      this.#note(start, sure, word.shape === SHAPE.plain && word.length > 2);
      if (word.shape !== SHAPE.plain) this.#waiting.push(this.#starts.length - 1);
    }
  }

  #count(): void {
    const word = this.#word;
    this.#signs |= word.signs;
    for (let at = word.start; at < word.end; at++) {
      const unit = this.text.charCodeAt(at) - A + 1;
      if (unit === ONE_AS.i) this.#lettersI++;
      if (unit === ONE_AS.l) this.#lettersL++;
    }
  }

  #note(start: number, sure: boolean, plain: boolean): void {
    const last = this.#starts.length;
    this.#sure.push(this.#sure[last]! + Number(sure));
    this.#plain.push(this.#plain[last]! + Number(plain));
    this.#starts.push(start);
  }

  #reads(least: number): boolean {
    const { text } = this;
    const word = this.#word;
    return word.bits(text, ONE_AS.i) > least || (word.ones && word.bits(text, ONE_AS.l) > least);
  }

  /** What a 1 is throughout: whoever writes 1 for i leaves no i, but every l. undefined = now this, now that. */
  #usualOne(): number | undefined {
    if (this.#sure.at(-1)! < HABIT) return undefined;
    if (this.#lettersL > 2 * this.#lettersI) return ONE_AS.i;
    return this.#lettersI > 2 * this.#lettersL ? ONE_AS.l : undefined;
  }

  #isSure(index: number): boolean {
    return this.#sure[index + 1]! > this.#sure[index]!;
  }

  #decide(index: number, habit: boolean): void {
    const sure = this.#isSure(index);
    if (!sure && !(habit && this.#isUsualAt(index))) return;
    const word = this.#word;
    word.read(this.text, this.#starts[index]!);
    if (sure) return this.#write();
    const end = this.#shortForm(word);
    if (end) return this.#put(end);
    if (word.shape === SHAPE.number) return this.#number();
    const least = word.shape === SHAPE.leet ? MIN_BITS_WHERE_USUAL : MIN_BITS;
    if (this.#reads(least)) this.#write();
  }

  /** Whether most words around one are surely leet. */
  #isUsualAt(index: number): boolean {
    const from = Math.max(0, index - REACH);
    const to = Math.min(this.#starts.length, index + REACH + 1);
    const sure = this.#sure[to]! - this.#sure[from]!;
    return sure >= MIN_NEAR && sure >= this.#plain[to]! - this.#plain[from]!;
  }

  #shortForm(word: LeetWord): string | undefined {
    const { text } = this;
    const own = text.slice(word.start, word.end);
    if (word.length > 2) return undefined;
    if (word.afterApostrophe(text)) return ENDINGS[own];
    const numbers =
      /[.)\]:]/.test(text[word.end] ?? '') && /(?:^|\n)\s*$/.test(text.slice(Math.max(0, word.start - 8), word.start));
    return numbers ? undefined : SINGLES[own];
  }

  /** A word of digits only, when all of them stand for letters in the words around it. */
  #number(): void {
    const word = this.#word;
    const one = this.#one ?? word.bestOne(this.text);
    const letters = this.#letters(one);
    const isWord =
      word.length > 2 &&
      word.bits(this.text, one) >= (word.signs & ~this.#signs ? MIN_BITS_OF_NEW_SIGNS : MIN_BITS_OF_NUMBER);
    if (isWord || SHORT_WORDS.has(letters)) this.#put(letters);
  }

  #write(): void {
    const one = this.#one ?? this.#word.bestOne(this.text);
    for (let at = this.#word.start; at < this.#word.end; at++)
      this.#units.set(at, A - 1 + letterAt(this.text.charCodeAt(at), one));
  }

  #letters(one: number): string {
    let letters = '';
    for (let at = this.#word.start; at < this.#word.end; at++)
      letters += String.fromCharCode(A - 1 + letterAt(this.text.charCodeAt(at), one));
    return letters;
  }

  #put(letters: string): void {
    for (let at = 0; at < letters.length; at++) this.#units.set(this.#word.start + at, letters.charCodeAt(at));
  }
}
