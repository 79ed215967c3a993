import { EDGE, letterIndex, pairBits } from './letter-pairs.js';

const OTHER_PENALTY = -4;
const CASE_PENALTY = -3;
const PROSE_MARKS = ' \t\n\r.,;:!?\'"()-';
/** No language that writes spaces goes on for so long without one. */
const LONGEST_WORD = 24;
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
  const { letters, foreign, spaces, others, bits, pairs, longestWord } = texture(text);
  const words = letters + foreign;
  if (words < 6) return 0;
  const share = clamp(((words + spaces) / (words + spaces + others) - 0.6) / 0.25);
  const breaks = longestWord <= LONGEST_WORD ? 1 : LONGEST_WORD / longestWord;
  const english = 1 / (1 + Math.exp(-4 * (bits / Math.max(1, pairs) - 0.35)));
  const familiar = (english * letters + 0.9 * foreign) / words;
  return familiar * share * breaks;
}

/** Whether a text that a cipher for the English alphabet gave reads like English: other letters speak for nothing here. */
export function readsAsEnglish(text: string): boolean {
  const known = text.replace(/[^\n\x20-\x7e]/g, '#');
  const letters = known.replace(/[^A-Za-z]/g, '').toLowerCase();
  return (
    letters.length >= MIN_LETTERS && new Set(letters).size >= MIN_ALPHABET && looksLikeLanguage(known) >= MIN_READABLE
  );
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
    else if (!PROSE_MARKS.includes(text[at]!)) seen.others++;
  }
  return seen;
}
