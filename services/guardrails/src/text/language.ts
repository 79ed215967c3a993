import { EDGE, letterIndex, pairBits } from './letter-pairs.js';

const OTHER_PENALTY = -4;
const CASE_PENALTY = -3;
/** By code unit: 1 = stands in prose. */
const proseMark = Uint8Array.from({ length: 0x80 }, (_, code) =>
  Number(' \t\n\r.,;:!?\'"()-'.includes(String.fromCharCode(code))),
);
/** No language that writes spaces goes on for so long without one. */
const LONGEST_WORD = 24;
const MIN_WHOLE = 0.5;
/** In UTF-16 code units: a sentence. Chance makes one of many pieces look like language. */
const PIECE = 80;
const MIN_PIECE = 0.75;
const MIN_LETTERS = 14;
const MIN_ALPHABET = 5;
const MIN_READABLE = 0.6;
const LAST_CAPITAL = 0x5a;
/** Words and spaces in a text: below the first share it is no language, and so much above it nothing speaks against it. */
const MIN_SHARE = 0.6;
const SHARES = 0.25;

/** Mean bits by which the letter pairs of a word (lower case) speak for English: about 1.5 for English, -1.5 for chance. */
export function wordScore(word: string): number {
  let sum = 0;
  let previous = EDGE;
  for (let at = 0; at < word.length; at++) {
    const letter = letterIndex(word.charCodeAt(at));
    sum += letter === EDGE ? OTHER_PENALTY : pairBits(previous, letter);
    previous = letter;
  }
  return (sum + pairBits(previous, EDGE)) / (word.length + 1);
}

/** What a text is made of, as far as telling prose from data needs it. */
interface Texture {
  readonly letters: number;
  /** Which letters: a bit for each. */
  readonly alphabet: number;
  readonly foreign: number;
  readonly spaces: number;
  readonly others: number;
  readonly bits: number;
  readonly pairs: number;
  readonly longestWord: number;
}

/** How much a text looks like somebody's words rather than like data, keys or code: 0 to 1. Letters beyond ASCII count as words. */
export function looksLikeLanguage(text: string): number {
  return languageOf(textureOf(text, 0, text.length, 0), 1);
}

/** Whether somebody's words are in a text, be it beside data: as a whole, or in a piece of it. */
export function holdsLanguage(text: string): boolean {
  return anywhere(text, MIN_WHOLE, (seen) => languageOf(seen, 1));
}

/** Whether a text that a cipher for the English alphabet gave holds English: other letters speak for nothing here. */
export function holdsEnglish(text: string): boolean {
  return anywhere(text, MIN_READABLE, englishOf);
}

/** Whether such a text reads like English as a whole. */
export function readsAsEnglish(text: string): boolean {
  return englishOf(textureOf(text, 0, text.length, MIN_READABLE)) >= MIN_READABLE;
}

function anywhere(text: string, minWhole: number, scoreOf: (seen: Texture) => number): boolean {
  if (scoreOf(textureOf(text, 0, text.length, minWhole)) >= minWhole) return true;
  for (let at = 0; at + PIECE <= text.length; at += PIECE / 2)
    if (scoreOf(textureOf(text, at, at + PIECE, MIN_PIECE)) >= MIN_PIECE) return true;
  return false;
}

function englishOf(seen: Texture): number {
  return seen.letters < MIN_LETTERS || bitCount(seen.alphabet) < MIN_ALPHABET ? 0 : languageOf(seen, 0);
}

/** `weight`: 1 where letters beyond ASCII are words, 0 where they are signs as others are. */
function languageOf(seen: Texture, weight: 0 | 1): number {
  const { letters, spaces, bits, pairs, longestWord } = seen;
  const foreign = seen.foreign * weight;
  const others = seen.others + seen.foreign - foreign;
  const words = letters + foreign;
  if (words < 6) return 0;
  const share = clamp(((words + spaces) / (words + spaces + others) - MIN_SHARE) / SHARES);
  const breaks = longestWord <= LONGEST_WORD ? 1 : LONGEST_WORD / longestWord;
  const english = 1 / (1 + Math.exp(-4 * (bits / Math.max(1, pairs) - 0.35)));
  const familiar = (english * letters + 0.9 * foreign) / words;
  return familiar * share * breaks;
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}

function clamp(value: number): number {
  return Math.max(0, Math.min(1, value));
}

/** Of a part of a text; ends where other signs than words have become too many for `least`, which stays out of reach then. */
function textureOf(text: string, start: number, end: number, least: number): Texture {
  const mostOthers = (1 - MIN_SHARE - SHARES * least) * (end - start);
  let [letters, alphabet, foreign, spaces, others] = [0, 0, 0, 0, 0];
  let [bits, pairs, word, longestWord] = [0, 0, 0, 0];
  let previous = EDGE;
  let lowerBefore = false;
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    const letter = letterIndex(unit);
    if (previous !== EDGE || letter !== EDGE) {
      bits += pairBits(previous, letter);
      pairs++;
    }
    const lower = letter !== EDGE && unit > LAST_CAPITAL;
    if (lowerBefore && !lower && letter !== EDGE) bits += CASE_PENALTY;
    lowerBefore = lower;
    previous = letter;
    if (letter !== EDGE) {
      letters++;
      alphabet |= 1 << letter;
      if (++word > longestWord) longestWord = word;
      continue;
    }
    word = 0;
    if (unit >= 0xc0) foreign++;
    else if (unit <= 0x20) spaces++;
    else if (!proseMark[unit] && ++others > mostOthers) break;
  }
  return { letters, alphabet, foreign, spaces, others, bits, pairs, longestWord };
}
