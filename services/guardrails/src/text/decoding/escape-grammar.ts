/**
 * Reads the escape that begins at an offset: its code point times `WIDTH` plus its length in units; 0 = there is none.
 * One number, so that a text of nothing but escapes costs no objects.
 */
export type ReadEscape = (text: string, at: number) => number;
export const WIDTH = 32;
/** A code point that is none: the escape stands for nothing. */
export const NOTHING = 0x11_0000;

const REPLACEMENT = 0xfffd;
const LARGEST_CODE_POINT = 0x10_ffff;
const LONGEST_NUMBER = 7;
const NAMED: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  Tab: '\t',
  NewLine: '\n',
};
const NAME = /(?:lt|gt|amp|quot|apos|nbsp|Tab|NewLine)/y;
const NEVER = -1;
const ASCII = 0x80;
const LOWER_A = 0x61;
const digits = Int8Array.from({ length: ASCII }, (_, code) => {
  const digit = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(digit) ? NEVER : digit;
});

/** `%69`, and `%D0%B1` as the one character that it is in UTF-8. */
export function readUrlEscape(text: string, at: number): number {
  return readBytes(text, at, '%');
}

/** `=69`, and a line end that is not meant. */
export function readQuotedPrintable(text: string, at: number): number {
  if (text[at + 1] === '\n') return NOTHING * WIDTH + 2;
  if (text[at + 1] === '\r' && text[at + 2] === '\n') return NOTHING * WIDTH + 3;
  return isLower(text, at + 1) || isLower(text, at + 2) ? 0 : readBytes(text, at, '=');
}

/** `&#105;`, `&#x69;` and a few names, with or without the semicolon. */
export function readHtmlEntity(text: string, at: number): number {
  if (text[at + 1] !== '#') return readName(text, at);
  const hex = text[at + 2] === 'x' || text[at + 2] === 'X';
  const first = at + (hex ? 3 : 2);
  const radix = hex ? 16 : 10;
  let code = 0;
  let end = first;
  for (; end - first < LONGEST_NUMBER - Number(hex); end++) {
    const digit = digitAt(text, end);
    if (digit === NEVER || digit >= radix) break;
    code = code * radix + digit;
  }
  if (end === first) return 0;
  return escape(code, end + Number(text[end] === ';') - at);
}

/** `\x69`, `\u0069`, `\u{69}`, `\151`. */
export function readBackslash(text: string, at: number): number {
  const kind = text[at + 1];
  if (kind === 'x') return fixed(text, at, 2);
  if (kind === 'u' && text[at + 2] === '{') return braced(text, at);
  if (kind === 'u') return fixed(text, at, 4);
  const [a, b, c] = [digitAt(text, at + 1), digitAt(text, at + 2), digitAt(text, at + 3)];
  const octal = a >= 0 && a < 8 && b >= 0 && b < 8 && c >= 0 && c < 8;
  return octal ? escape(a * 64 + b * 8 + c, 4) : 0;
}

function readName(text: string, at: number): number {
  NAME.lastIndex = at + 1;
  const [name] = NAME.exec(text) ?? [];
  if (!name) return 0;
  const end = at + 1 + name.length;
  return escape(NAMED[name]!.charCodeAt(0), end + Number(text[end] === ';') - at);
}

function fixed(text: string, at: number, count: number): number {
  let code = 0;
  for (let digit = at + 2; digit < at + 2 + count; digit++) {
    const value = digitAt(text, digit);
    if (value === NEVER) return 0;
    code = code * 16 + value;
  }
  return escape(code, 2 + count);
}

function braced(text: string, at: number): number {
  let code = 0;
  let end = at + 3;
  for (; end < at + 9 && digitAt(text, end) !== NEVER; end++) code = code * 16 + digitAt(text, end);
  return end > at + 3 && text[end] === '}' ? escape(code, end + 1 - at) : 0;
}

/** Halves of surrogate pairs and a NUL are no characters. */
function escape(code: number, length: number): number {
  if (code === 0 || code > LARGEST_CODE_POINT || (code >= 0xd800 && code < 0xe000)) return 0;
  return code * WIDTH + length;
}

/** One character in UTF-8, each byte with a mark before it; what is no UTF-8 is a replacement character. */
function readBytes(text: string, at: number, mark: string): number {
  const first = byteAt(text, at, mark);
  if (first < 0) return 0;
  if (first < 0x80) return first * WIDTH + 3;
  const more = first >= 0xf0 && first < 0xf5 ? 3 : first >= 0xe0 ? 2 : first >= 0xc2 ? 1 : 0;
  let code = first & (0x3f >> more);
  for (let index = 1; index <= more; index++) {
    const byte = byteAt(text, at + index * 3, mark);
    if ((byte & 0xc0) !== 0x80) return REPLACEMENT * WIDTH + 3;
    code = code * 64 + (byte & 0x3f);
  }
  const valid = first < 0xf5 && more > 0 && code <= LARGEST_CODE_POINT && !(code >= 0xd800 && code < 0xe000);
  return valid ? code * WIDTH + 3 * (more + 1) : REPLACEMENT * WIDTH + 3;
}

function byteAt(text: string, at: number, mark: string): number {
  if (text[at] !== mark) return NEVER;
  const [high, low] = [digitAt(text, at + 1), digitAt(text, at + 2)];
  return high === NEVER || low === NEVER ? NEVER : high * 16 + low;
}

function digitAt(text: string, at: number): number {
  const unit = at < text.length ? text.charCodeAt(at) : ASCII;
  return unit < ASCII ? digits[unit]! : NEVER;
}

function isLower(text: string, at: number): boolean {
  return at < text.length && text.charCodeAt(at) >= LOWER_A;
}
