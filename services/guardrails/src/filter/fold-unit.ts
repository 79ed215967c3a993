import { buildFoldTable, IGNORED } from './reading/fold-table.js';

export { IGNORED } from './reading/fold-table.js';

const TABLE = buildFoldTable();

/**
 * The code unit that a code unit reads as: digits of every script and compatibility forms as what they stand for, single
 * look-alikes (UTS #39) as the ASCII character they look like, all others as themselves. IGNORED for what nobody sees.
 */
export function foldUnit(unit: number): number {
  return TABLE.units[unit]!;
}

/** The same for a code point; what it reads as is one code unit, or itself. */
export function foldCodePoint(codePoint: number): number {
  if (codePoint <= 0xffff) return TABLE.units[codePoint]!;
  return TABLE.supplementary.get(codePoint) ?? codePoint;
}

/**
 * Whether a reader sees nothing of it: format characters, joiners, variation selectors, tags, fillers, soft hyphens. The
 * joiner inside of an emoji is one of them as well: a text that keeps emoji has to look at its neighbours.
 */
export function isIgnorable(codePoint: number): boolean {
  return foldCodePoint(codePoint) === IGNORED;
}

/** Code points above U+FFFF that read as something else, with what they read as. */
export function foldedPairs(): Iterable<readonly [codePoint: number, read: number]> {
  return TABLE.supplementary;
}

const PLAIN = /^[\0-\x7f]*$/;

/** A text as it reads, without what nobody sees. */
export function foldText(text: string): string {
  if (PLAIN.test(text)) return text;
  let read = '';
  let kept = 0;
  for (let index = 0; index < text.length;) {
    const codePoint = text.codePointAt(index)!;
    const folded = foldCodePoint(codePoint);
    const next = index + (codePoint > 0xffff ? 2 : 1);
    if (folded !== codePoint) {
      read += text.slice(kept, index);
      if (folded !== IGNORED) read += String.fromCharCode(folded);
      kept = next;
    }
    index = next;
  }
  return read + text.slice(kept);
}
