const MORSE =
  '.- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..'.split(
    ' ',
  );
const NATO = (
  'alfa bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november oscar papa quebec romeo ' +
  'sierra tango uniform victor whiskey xray yankee zulu'
).split(' ');
const BRAILLE = '⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵';

const bytes = (text: string) => [...Buffer.from(text)];
const hex = (text: string) => Buffer.from(text).toString('hex');
const base64 = (text: string) => Buffer.from(text).toString('base64');
const bits = (text: string) => bytes(text).map((byte) => byte.toString(2).padStart(8, '0'));
const letterIndex = (letter: string) => letter.charCodeAt(0) - 97;
const letters = (text: string) => [...text.toLowerCase().replace(/[^a-z ]/g, '')];
const replaceLetters = (text: string, change: (index: number) => number) =>
  text.replace(/[A-Za-z]/g, (letter) => {
    const first = letter < 'a' ? 65 : 97;
    return String.fromCharCode(first + change(letter.charCodeAt(0) - first));
  });

export function base32(text: string): string {
  const groups =
    bits(text)
      .join('')
      .match(/.{1,5}/g) ?? [];
  return groups.map((group) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(group.padEnd(5, '0'), 2)]).join('');
}

export const rot13 = (text: string): string => replaceLetters(text, (index) => (index + 13) % 26);
export const backward = (text: string): string => [...text].reverse().join('');

function ascii85(text: string): string {
  const source = Buffer.from(text);
  let encoded = '';
  for (let at = 0; at < source.length; at += 4) {
    const size = Math.min(4, source.length - at);
    let value = Array.from({ length: 4 }, (_, byte) => source[at + byte] ?? 0).reduce(
      (sum, byte) => sum * 256 + byte,
      0,
    );
    let group = '';
    for (let digit = 0; digit < 5; digit++) {
      group = String.fromCharCode(33 + (value % 85)) + group;
      value = Math.floor(value / 85);
    }
    encoded += group.slice(0, size + 1);
  }
  return encoded;
}

function uuencode(text: string): string {
  const source = Buffer.from(text);
  const lines: string[] = [];
  for (let at = 0; at < source.length; at += 45) {
    const line = source.subarray(at, at + 45);
    const padded = bits(line.toString('latin1'))
      .join('')
      .padEnd(Math.ceil(line.length / 3) * 24, '0');
    const digits = (padded.match(/.{6}/g) ?? []).map((each) => String.fromCharCode(32 + Number.parseInt(each, 2)));
    lines.push(String.fromCharCode(32 + line.length) + digits.join(''));
  }
  return lines.join('\n');
}

/** Every way to hide a text that the decoded views undo. */
export const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  base64,
  'base64, url-safe': (text) => Buffer.from(text).toString('base64url'),
  'base64, wrapped': (text) => base64(text).replace(/.{64}/g, '$&\n'),
  base32,
  hex,
  'hex, apart': (text) => (hex(text).match(/../g) ?? []).join(' '),
  'hex, C': (text) => (hex(text).match(/../g) ?? []).map((byte) => `0x${byte}`).join(', '),
  binary: (text) => bits(text).join(' '),
  url: (text) =>
    bytes(text)
      .map((byte) => `%${byte.toString(16)}`)
      .join(''),
  html: (text) => [...text].map((letter) => `&#${letter.codePointAt(0)};`).join(''),
  'html, hex': (text) => [...text].map((letter) => `&#x${letter.codePointAt(0)?.toString(16)};`).join(''),
  'quoted-printable': (text) =>
    bytes(text)
      .map((byte) => `=${byte.toString(16).toUpperCase()}`)
      .join(''),
  'escape, x': (text) =>
    bytes(text)
      .map((byte) => `\\x${byte.toString(16)}`)
      .join(''),
  'escape, u': (text) => [...text].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  rot13,
  atbash: (text) => replaceLetters(text, (index) => 25 - index),
  rot47: (text) => text.replace(/[!-~]/g, (each) => String.fromCharCode(33 + ((each.charCodeAt(0) + 14) % 94))),
  reversed: backward,
  ascii85,
  'ascii85, framed': (text) => `<~${ascii85(text)}~>`,
  uuencode,
  morse: (text) =>
    letters(text)
      .map((letter) => (letter === ' ' ? '/' : MORSE[letterIndex(letter)]))
      .join(' '),
  nato: (text) =>
    letters(text)
      .filter((letter) => letter !== ' ')
      .map((letter) => NATO[letterIndex(letter)])
      .join(' '),
  braille: (text) =>
    letters(text)
      .map((letter) => (letter === ' ' ? ' ' : BRAILLE[letterIndex(letter)]))
      .join(''),
  decimal: (text) => bytes(text).join(' '),
  'tag characters': (text) =>
    bytes(text)
      .map((byte) => String.fromCodePoint(0xe0000 + byte))
      .join(''),
  'variation selectors': (text) =>
    `😀${bytes(text)
      .map((byte) => String.fromCodePoint(0xe0100 + byte - 16))
      .join('')}`,
  'invisible bits': (text) => bits(text).join('').replaceAll('0', '\u2062').replaceAll('1', '\u2064'),
  'base64 twice': (text) => base64(base64(text)),
  'rot13 in base64': (text) => base64(rot13(text)),
  'base64 in hex': (text) => hex(base64(text)),
  'base64 with zero-width characters': (text) => [...base64(text)].join('\u200b'),
};
