import { MappedTextBuilder } from './mapped-text.js';
import type { TextView } from './text-views.js';

/** So many single letters with the same separator are a word taken apart. */
const MIN_LETTERS = 5;
const MIN_LETTERS_PUNCTUATED = 3;
const SEPARATORS = ' \t\n.-_*,/|+~:;\'"';

/** Single letters with one separator between them. */
interface Run {
  readonly separator: string;
  /** Offsets, in order. */
  readonly letters: readonly number[];
  /** Those that begin a word. */
  readonly begins: ReadonlySet<number>;
}

interface Spaced {
  readonly start: number;
  /** Offsets of the letters, word by word. */
  readonly words: readonly (readonly number[])[];
  readonly end: number;
}

/** `i g n o r e` and `i.g.n.o.r.e` as a word; a wider gap is the end of a word. */
export function joinSpacedLetters(source: TextView): TextView {
  const { text } = source;
  const builder = new MappedTextBuilder(source);
  let copied = 0;
  let at = 0;
  while (at < text.length) {
    const run = startsSpaced(text, at) ? runAt(text, at) : undefined;
    const spaced = run && spacedIn(text, run);
    if (!spaced) {
      // The last letter may begin a run with another separator; what lies before it has been looked at.
      at = Math.max(at + 1, run?.letters.at(-1) ?? 0);
      continue;
    }
    builder.copy(copied, spaced.start);
    for (const [index, word] of spaced.words.entries()) {
      const previous = spaced.words[index - 1]?.at(-1);
      if (previous !== undefined) builder.put(' ', previous + 1, word[0]!);
      for (const letter of word) builder.copy(letter, letter + 1);
    }
    copied = at = spaced.end;
  }
  if (!copied) return source;
  builder.copy(copied, text.length);
  return builder.finish();
}

function startsSpaced(text: string, at: number): boolean {
  return isSingle(text, at) && isSingle(text, at + 2) && SEPARATORS.includes(text[at + 1] ?? 'a');
}

/** A letter or digit (or a sign that stands for one) with no other one beside it. */
function isSingle(text: string, at: number): boolean {
  return isLetterLike(text.charCodeAt(at)) && !isWordCharacter(text, at - 1) && !isWordCharacter(text, at + 1);
}

function isLetterLike(unit: number): boolean {
  return (
    (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39) || unit === 0x40 || unit === 0x24 || unit === 0x21
  );
}

function isWordCharacter(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39) || unit >= 0xc0;
}

function runAt(text: string, start: number): Run {
  const separator = text[start + 1]!;
  const letters = [start];
  const begins = new Set<number>();
  for (let at = start; ;) {
    const gap = gapAfter(text, at, separator);
    if (!gap || !isSingle(text, gap.next)) return { separator, letters, begins };
    at = gap.next;
    if (gap.wide) begins.add(at);
    letters.push(at);
  }
}

/** The run from the first letter on from which digits do not outweigh letters: digits in front hide no word. */
function spacedIn(text: string, { separator, letters, begins }: Run): Spaced | undefined {
  const least = separator === ' ' || separator === '\n' ? MIN_LETTERS : MIN_LETTERS_PUNCTUATED;
  let first = letters.length;
  let balance = 0;
  for (let index = letters.length - 1; index >= 0; index--) {
    balance += isDigit(text, letters[index]!) ? -1 : 1;
    if (balance >= 0) first = index;
  }
  const own = letters.slice(first);
  const [start] = own;
  if (start === undefined || own.length < least) return undefined;
  const words: number[][] = [[]];
  for (const letter of own) {
    if (letter !== start && begins.has(letter)) words.push([]);
    words.at(-1)!.push(letter);
  }
  return { start, words, end: own.at(-1)! + 1 };
}

/** From one letter to the next: exactly the separator, or more white space, which ends a word. */
function gapAfter(text: string, at: number, separator: string): { next: number; wide: boolean } | undefined {
  if (text[at + 1] === separator && !isBlank(text, at + 2)) return { next: at + 2, wide: false };
  let next = at + 1;
  while (next < at + 8 && (isBlank(text, next) || text[next] === separator)) next++;
  return next > at + 1 ? { next, wide: true } : undefined;
}

function isBlank(text: string, at: number): boolean {
  return text[at] === ' ' || text[at] === '\n' || text[at] === '\t';
}

function isDigit(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0x30 && unit <= 0x39;
}
