import { OBFUSCATIONS } from '@weir/guardrails/training';
import { ofLength } from './speed.ts';

const TAKEN = [
  ...[
    'base64',
    'leet',
    'hex',
    'URL',
    'HTML entities',
    'spaced letters',
    'rot13',
    'reversed',
    'zero-width',
    'full-width',
  ],
  ...['Cyrillic and Greek homoglyphs', 'combining marks', 'tag characters'],
] as const;
const MORSE =
  '.- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..'.split(
    ' ',
  );
const SCRIPTS = ['Привет', 'κόσμε', '今天天气', 'नमस्ते', 'مرحبا', 'pаsswоrd', 'ïgnörë'];
const LINE_BYTES = 45;

/** What nobody trains with, and views have to read all the same. */
const FORMS: Readonly<Record<string, (text: string) => string>> = {
  ...Object.fromEntries(TAKEN.map((form) => [form, OBFUSCATIONS[form] ?? ((text: string) => text)])),
  rot47: (text) => text.replace(/[!-~]/g, (each) => String.fromCharCode(33 + ((each.charCodeAt(0) + 14) % 94))),
  ascii85,
  uuencode,
  morse: (text) =>
    [...text.toLowerCase()].flatMap((each) => (each === ' ' ? '/' : (MORSE[each.charCodeAt(0) - 97] ?? []))).join(' '),
  bits: (text) => bitsOf(Buffer.from(text)).join(' '),
  'words of many scripts': (text) =>
    text
      .split(' ')
      .map((word, index) => SCRIPTS[index % 10] ?? word)
      .join(' '),
  '256 zero-width runs': (text) => (text.match(/[^]{1,16}/g) ?? []).join('\u200b\u200c'.repeat(8)),
};

/** Texts of so many characters that are one encoding from their beginning to their end, by its name. */
export function encodedTexts(prose: readonly string[], length: number, count: number): [string, string[]][] {
  const parts = ofLength(prose, length, count);
  return Object.entries(FORMS).map(([form, encode]) => {
    // The runs come on top of the text.
    const most = form.startsWith('256') ? 2 * length : length;
    return [form, parts.map((part) => encode(part).slice(0, most))];
  });
}

function bitsOf(bytes: Uint8Array): string[] {
  return Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0'));
}

/** Four bytes as five digits. */
function ascii85(text: string): string {
  const bytes = Buffer.from(text);
  const groups = Array.from({ length: bytes.length >> 2 }, (_, at) => bytes.readUInt32BE(at * 4));
  return groups
    .map((value) => Array.from({ length: 5 }, (_, digit) => 33 + (Math.floor(value / 85 ** (4 - digit)) % 85)))
    .map((digits) => String.fromCharCode(...digits))
    .join('');
}

function uuencode(text: string): string {
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / LINE_BYTES) }, (_, at) => {
    const line = bytes.subarray(at * LINE_BYTES, (at + 1) * LINE_BYTES);
    const bits = bitsOf(line)
      .join('')
      .padEnd(Math.ceil(line.length / 3) * 24, '0');
    const digits = (bits.match(/.{6}/g) ?? []).map((each) => String.fromCharCode(32 + Number.parseInt(each, 2)));
    return String.fromCharCode(32 + line.length) + digits.join('');
  }).join('\n');
}
