import { MappedTextBuilder } from './mapped-text.js';
import { wordScore } from './language.js';
import type { TextView } from './text-views.js';

const LETTERS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ '0': 'o', '1': 'i', '2': 'z', '3': 'e', '4': 'a', '5': 's', '6': 'g', '7': 't', '8': 'b', '9': 'g' },
    ...{ '@': 'a', $: 's', '!': 'i', '|': 'l', '+': 't', '(': 'c' },
  }),
);
/** A word in which some letters may be signs. Bounded: identifiers and data are longer. */
const CANDIDATE = /[a-z0-9@$!|+(]{2,40}/g;
const SIGN = /[0-9@$!|+(]/;
const LETTER = /[a-z]/;
const NO_LETTER = /[^a-z]/g;
/** A sign inside of a word, or one before a long rest of it. */
const LIKELY = /[a-z][0-9@$!|+(]+[a-z]|^[0-9@$!][a-z]{4}/;
/** `24th`, `100mb`, `covid19`, `h264`, `@name`, `hey!`: what everybody writes. */
const ORDINARY = /^(\d+[a-z]{1,4}|[a-z]+\d+|\$\d.*|@[a-z]\w*|[a-z]+[!(|+]+|[!(|+]+[a-z]+)$/;
/** Digits of a number system, an id or a hash. */
const HEX = /^(?:0x)?[0-9a-f]{6,}$/;
const MIN_LETTERS = 2;
const MIN_LENGTH = 4;
const MIN_BITS = -0.35;
/** From so many words on the text is written that way, and its short words are too. */
const HABIT = 2;

interface LeetWord {
  readonly start: number;
  readonly end: number;
  readonly plain: string;
  /** Only where the text is written that way. */
  readonly ordinary: boolean;
}

/** Signs and digits as the letters they stand for, in words that read like words then. */
export function unleet(source: TextView): TextView {
  const { text } = source;
  if (!SIGN.test(text)) return source;
  const words = leetWords(text);
  const habit = words.filter((word) => !word.ordinary).length >= HABIT;
  const builder = new MappedTextBuilder(source);
  let copied = 0;
  for (const { start, end, plain, ordinary } of words) {
    if (ordinary && !habit) continue;
    builder.copy(copied, start);
    builder.put(plain, start, end);
    copied = end;
  }
  if (!copied) return source;
  builder.copy(copied, text.length);
  return builder.finish();
}

function leetWords(text: string): LeetWord[] {
  const words: LeetWord[] = [];
  for (const found of text.matchAll(CANDIDATE)) {
    const word = found[0];
    if (!SIGN.test(word)) continue;
    const end = found.index + word.length;
    // The host of an e-mail address follows.
    const address = text[end] === '.' && word.includes('@');
    const plain = address || HEX.test(word) ? undefined : plainWord(word);
    if (plain) words.push({ start: found.index, end, plain, ordinary: !isLeet(word) });
  }
  return words;
}

function isLeet(word: string): boolean {
  const letters = word.replace(NO_LETTER, '').length;
  return letters >= MIN_LETTERS && word.length >= MIN_LENGTH && LIKELY.test(word) && !ORDINARY.test(word);
}

function plainWord(word: string): string | undefined {
  if (!LETTER.test(word)) return undefined;
  const plain = word.replace(NO_LETTER, (sign) => LETTERS.get(sign) ?? sign);
  const score = wordScore(plain);
  if (!word.includes('1')) return score > MIN_BITS ? plain : undefined;
  const other = word.replaceAll('1', 'l').replace(NO_LETTER, (sign) => LETTERS.get(sign) ?? sign);
  const otherScore = wordScore(other);
  if (Math.max(score, otherScore) <= MIN_BITS) return undefined;
  return otherScore > score ? other : plain;
}
