import { foldCodePoint } from '../fold-unit.js';

/** Several code units that are read as one character. */
export interface UnitGroup {
  readonly length: number;
  /** The code unit that is read at its end, or IGNORED. */
  readonly read: number;
  /** Whether readers of the very characters read it so, too: an escape is not what its text says. */
  readonly escaped: boolean;
}

/** `single`: the unit stands for itself. `incomplete`: the units after it decide. */
export type Grouping = UnitGroup | 'single' | 'incomplete';

const BACKSLASH = 92;
const ESCAPED: ReadonlyMap<string, number> = new Map([
  ['"', 34],
  ['\\', 92],
  ['/', 47],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
]);
const HEX = /^[0-9a-f]*$/i;

/** Whether a unit may begin a group; those that do not stand for themselves. */
export function mayBeginGroup(unit: number, json: boolean): boolean {
  return (unit & 0xfc00) === 0xd800 || (json && unit === BACKSLASH);
}

/** What begins at an index of a text: surrogate pairs that read as one unit, and in JSON the escapes of strings. */
export function groupAt(text: string, index: number, json: boolean): Grouping {
  const unit = text.charCodeAt(index);
  if (json && unit === BACKSLASH) return escapeAt(text, index);
  if ((unit & 0xfc00) !== 0xd800) return 'single';
  if (index + 1 >= text.length) return 'incomplete';
  const codePoint = text.codePointAt(index)!;
  const read = foldCodePoint(codePoint);
  return codePoint <= 0xffff || read === codePoint ? 'single' : { length: 2, read, escaped: false };
}

function escapeAt(text: string, index: number): Grouping {
  const kind = text[index + 1];
  if (kind === undefined) return 'incomplete';
  if (kind === 'u') {
    const digits = text.slice(index + 2, index + 6);
    if (!HEX.test(digits)) return 'single';
    if (digits.length < 4) return 'incomplete';
    return { length: 6, read: Number.parseInt(digits, 16), escaped: true };
  }
  const read = ESCAPED.get(kind);
  return read === undefined ? 'single' : { length: 2, read, escaped: true };
}

/** The content of a part of a JSON string; escapes that are none stay as they are. */
export function unescapeJson(text: string): string {
  if (!text.includes('\\')) return text;
  let plain = '';
  for (let index = 0; index < text.length;) {
    const group = text.charCodeAt(index) === BACKSLASH ? escapeAt(text, index) : 'single';
    if (typeof group === 'string') plain += text[index++]!;
    else {
      plain += String.fromCharCode(group.read);
      index += group.length;
    }
  }
  return plain;
}

/** A text as it stands inside of a JSON string. */
export function escapeJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
