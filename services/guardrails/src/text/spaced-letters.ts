import { MappedTextBuilder } from './mapped-text.js';
import type { TextView } from './text-views.js';

/** So many single letters with the same separator are a word taken apart. */
const MIN_LETTERS = 5;
const MIN_LETTERS_PUNCTUATED = 3;
const SEPARATORS = ' \t\n.-_*,/|+~:;\'"';

interface Spaced {
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
    const spaced = startsSpaced(text, at) ? spacedAt(text, at) : undefined;
    if (!spaced) {
      at++;
      continue;
    }
    builder.copy(copied, at);
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

function spacedAt(text: string, start: number): Spaced | undefined {
  const separator = text[start + 1]!;
  const words: number[][] = [[start]];
  let count = 1;
  let digits = Number(isDigit(text, start));
  let at = start;
  for (;;) {
    const gap = gapAfter(text, at, separator);
    if (!gap || !isSingle(text, gap.next)) break;
    at = gap.next;
    if (gap.wide) words.push([at]);
    else words.at(-1)!.push(at);
    count++;
    digits += Number(isDigit(text, at));
  }
  const least = separator === ' ' || separator === '\n' ? MIN_LETTERS : MIN_LETTERS_PUNCTUATED;
  return count < least || digits * 2 > count ? undefined : { words, end: at + 1 };
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
