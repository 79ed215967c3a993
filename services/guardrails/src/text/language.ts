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

/** The same for letters that are numbers from 1 to 26 already. */
export function wordBits(letters: Uint8Array, length: number): number {
  let sum = 0;
  let previous = EDGE;
  for (let at = 0; at < length; at++) {
    sum += pairBits(previous, letters[at]!);
    previous = letters[at]!;
  }
  return (sum + pairBits(previous, EDGE)) / (length + 1);
}

/** What a text is made of, as far as telling prose from data needs it. */
interface Texture {
  letters: number;
  foreign: number;
  spaces: number;
  others: number;
  bits: number;
  pairs: number;
  longestWord: number;
}

/** How much a text looks like somebody's words rather than like data, keys or code: 0 to 1. Letters beyond ASCII count as words. */
export function looksLikeLanguage(text: string): number {
  return languageOf(texture(text), 1);
}

/** `weight`: 1 where letters beyond ASCII are words, 0 where they are signs as others are. */
function languageOf(seen: Texture, weight: 0 | 1): number {
  const { letters, spaces, bits, pairs, longestWord } = seen;
  const foreign = seen.foreign * weight;
  const others = seen.others + seen.foreign - foreign;
  const words = letters + foreign;
  if (words < 6) return 0;
  const share = clamp(((words + spaces) / (words + spaces + others) - 0.6) / 0.25);
  const breaks = longestWord <= LONGEST_WORD ? 1 : LONGEST_WORD / longestWord;
  const english = 1 / (1 + Math.exp(-4 * (bits / Math.max(1, pairs) - 0.35)));
  const familiar = (english * letters + 0.9 * foreign) / words;
  return familiar * share * breaks;
}

/** Whether somebody's words are in a text, be it beside data: as a whole, or in a piece of it. */
export function holdsLanguage(text: string): boolean {
  return looksLikeLanguage(text) >= MIN_WHOLE || anyPiece(text, (piece) => looksLikeLanguage(piece) >= MIN_PIECE);
}

/** Whether a text that a cipher for the English alphabet gave holds English: other letters speak for nothing here. */
export function holdsEnglish(text: string): boolean {
  return englishOf(text) >= MIN_READABLE || anyPiece(text, (piece) => englishOf(piece) >= MIN_PIECE);
}

/** Whether such a text reads like English as a whole. */
export function readsAsEnglish(text: string): boolean {
  return englishOf(text) >= MIN_READABLE;
}

function anyPiece(text: string, holds: (piece: string) => boolean): boolean {
  for (let at = 0; at + PIECE <= text.length; at += PIECE / 2) if (holds(text.slice(at, at + PIECE))) return true;
  return false;
}

function englishOf(text: string): number {
  let letters = 0;
  let alphabet = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = letterIndex(text.charCodeAt(at));
    if (letter === EDGE) continue;
    letters++;
    alphabet |= 1 << letter;
  }
  return letters < MIN_LETTERS || bitCount(alphabet) < MIN_ALPHABET ? 0 : languageOf(texture(text), 0);
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}

function clamp(value: number): number {
  return Math.max(0, Math.min(1, value));
}

function texture(text: string): Texture {
  const seen: Texture = { letters: 0, foreign: 0, spaces: 0, others: 0, bits: 0, pairs: 0, longestWord: 0 };
  let previous = EDGE;
  let lowerBefore = false;
  let word = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const letter = letterIndex(unit);
    if (previous !== EDGE || letter !== EDGE) {
      seen.bits += pairBits(previous, letter);
      seen.pairs++;
    }
    const upper = unit >= 0x41 && unit <= 0x5a;
    if (upper && lowerBefore) seen.bits += CASE_PENALTY;
    lowerBefore = letter !== EDGE && !upper;
    previous = letter;
    if (letter !== EDGE) {
      seen.letters++;
      seen.longestWord = Math.max(seen.longestWord, ++word);
      continue;
    }
    word = 0;
    if (unit >= 0xc0) seen.foreign++;
    else if (unit <= 0x20) seen.spaces++;
    else if (!proseMark[unit]) seen.others++;
  }
  return seen;
}
