import { EDGE, letterIndex, pairBits } from '../letter-pairs.js';

/** Longer runs are identifiers and data. */
const LONGEST = 40;
const MIN_LETTERS = 2;
const MIN_LENGTH = 4;
const A = 0x61;
const ONE = 0x31;
const APOSTROPHE = 0x27;
const BRACKET = 0x28;
const EXCLAMATION = 0x21;
const BEGINNINGS = '0123456789@$!';
/** The letters that a 1 may be. */
export const ONE_AS = { i: 9, l: 12 } as const;

const LETTERS: Readonly<Record<string, string>> = {
  ...{ '0': 'o', '1': 'i', '2': 'z', '3': 'e', '4': 'a', '5': 's', '6': 'g', '7': 't', '8': 'b', '9': 'g' },
  ...{ '@': 'a', $: 's', '!': 'i', '|': 'l', '+': 't', '(': 'c' },
};
const ASCII = 0x80;
/** By code unit: 1 to 26 for a letter and for a sign that stands for one, 0 for all else. */
const letterOf = Uint8Array.from({ length: ASCII }, (_, code) => {
  const character = String.fromCharCode(code);
  return /[a-z]/.test(character) ? code - A + 1 : letterIndex(LETTERS[character]?.charCodeAt(0) ?? 0);
});
const OTHER = 0;
const LETTER = 1;
const DIGIT = 2;
const SIGN = 3;
const kindOf = Uint8Array.from({ length: ASCII }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[a-z]/.test(character)) return LETTER;
  if (/[0-9]/.test(character)) return DIGIT;
  return letterOf[code] ? SIGN : OTHER;
});

export function kindAt(text: string, at: number): number {
  if (at < 0 || at >= text.length) return OTHER;
  const unit = text.charCodeAt(at);
  return unit < ASCII ? kindOf[unit]! : OTHER;
}

export function endOfLetters(text: string, start: number): number {
  let at = start;
  while (kindAt(text, at) === LETTER) at++;
  return at;
}

/** What a word with signs in it is. */
export const SHAPE = {
  /** Letters only. */
  plain: 0,
  /** Signs inside of a word: nobody writes so otherwise. */
  leet: 1,
  /** `24th`, `covid19`, `@name`: what everybody writes. */
  ordinary: 2,
  /** Digits and signs only. */
  number: 3,
  /** Digits of a number system, an id or a hash. */
  hex: 4,
} as const;

/** A run of letters and signs. The same object is used for one word after the other. */
export class LeetWord {
  start = 0;
  end = 0;
  shape: number = SHAPE.plain;
  /** Which digits and signs it has: a bit for each letter that they stand for. */
  signs = 0;
  ones = false;

  /** Reads the run that begins at an offset; its end, or 0 when it is none that counts. */
  read(text: string, start: number): number {
    let end = start;
    while (kindAt(text, end) !== OTHER && !isCall(text, end)) end++;
    const stop = Math.max(end, start + 1);
    // A call or an exclamation; hardly a word ends in these letters.
    while (end > start && isTail(text.charCodeAt(end - 1))) end--;
    this.start = start;
    this.end = end;
    const isHost = text[stop] === '.' && text.slice(start, stop).includes('@');
    if (end === start || end - start > LONGEST || isHost) this.shape = SHAPE.ordinary;
    else this.#look(text);
    if (end === start || end - start > LONGEST || isHost) this.end = start;
    return stop;
  }

  get length(): number {
    return this.end - this.start;
  }

  /** Mean bits for English when its signs are letters; `one`: the letter that a 1 is. */
  bits(text: string, one: number): number {
    let sum = 0;
    let previous = EDGE;
    for (let at = this.start; at < this.end; at++) {
      const letter = letterAt(text.charCodeAt(at), one);
      sum += pairBits(previous, letter);
      previous = letter;
    }
    return (sum + pairBits(previous, EDGE)) / (this.length + 1);
  }

  /** The letter that a 1 is best read as, by the letters beside it. */
  bestOne(text: string): number {
    return this.ones && this.bits(text, ONE_AS.l) > this.bits(text, ONE_AS.i) ? ONE_AS.l : ONE_AS.i;
  }

  afterApostrophe(text: string): boolean {
    return text.charCodeAt(this.start - 1) === APOSTROPHE && kindAt(text, this.start - 2) !== OTHER;
  }

  #look(text: string): void {
    let groups = 0;
    let letterGroups = 0;
    let letters = 0;
    let hex = 0;
    let brackets = 0;
    let before = OTHER;
    this.signs = 0;
    this.ones = false;
    for (let at = this.start; at < this.end; at++) {
      const unit = text.charCodeAt(at);
      const kind = kindOf[unit]!;
      if (kind !== before) {
        groups++;
        if (kind === LETTER) letterGroups++;
      }
      before = kind;
      if (kind === LETTER) letters++;
      else this.signs |= 1 << letterOf[unit]!;
      if (unit === BRACKET) brackets++;
      if (kind === DIGIT || (kind === LETTER && unit < A + 6)) hex++;
      if (unit === ONE) this.ones = true;
    }
    this.shape = this.#shapeOf(text, { groups, letterGroups, letters: letters + brackets, brackets, hex });
  }

  #shapeOf(text: string, seen: Record<'groups' | 'letterGroups' | 'letters' | 'brackets' | 'hex', number>): number {
    const { groups, letterGroups, letters, brackets, hex } = seen;
    const { length } = this;
    // Brackets alone are more often calls than letters.
    if (letters === length) return brackets ? SHAPE.ordinary : SHAPE.plain;
    if (letters === 0) return SHAPE.number;
    if (
      (hex === length && length >= 6) ||
      (text[this.start + 1] === 'x' && /^0x[0-9a-f]{6,}$/.test(text.slice(this.start, this.end)))
    )
      return SHAPE.hex;
    if (letters < MIN_LETTERS || length < MIN_LENGTH) return SHAPE.ordinary;
    if (letterGroups > 1) return this.#isName(text) ? SHAPE.ordinary : SHAPE.leet;
    // Digits before and after its letters.
    if (groups > 2 && letters > MIN_LETTERS && !this.#isName(text)) return SHAPE.leet;
    const [first, second] = [text[this.start]!, kindAt(text, this.start + 1)];
    const begins = BEGINNINGS.includes(first) && second === LETTER && letters >= 4;
    // One group of letters and one of digits or signs: all ordinary but a sign before a long word.
    if (groups === 2) return begins && letters > 4 && !'@!'.includes(first) ? SHAPE.leet : SHAPE.ordinary;
    return begins && !this.#isName(text) ? SHAPE.leet : SHAPE.ordinary;
  }

  /** `@alice_99`, `$100k`. */
  #isName(text: string): boolean {
    const second = kindAt(text, this.start + 1);
    if (text[this.start] === '$') return second === DIGIT;
    return text[this.start] === '@' && second === LETTER && !/[@$!|+(]/.test(text.slice(this.start + 1, this.end));
  }
}

function isTail(unit: number): boolean {
  return unit === BRACKET || unit === EXCLAMATION;
}

/** An opening bracket that is no letter: nothing or a number follows. */
function isCall(text: string, at: number): boolean {
  return text.charCodeAt(at) === BRACKET && kindAt(text, at + 1) !== LETTER;
}

/** 1 to 26. */
export function letterAt(unit: number, one: number): number {
  return unit === ONE ? one : letterOf[unit]!;
}
