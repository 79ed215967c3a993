/** Ways to hide a text from filters; the model that reads it is thought to read them all. */
export const OBFUSCATIONS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  'zero-width': (text) => [...text].join('\u200b'),
  'tag characters': (text) => mapAscii(text, (code) => String.fromCodePoint(0xe0000 + code)),
  'Cyrillic and Greek homoglyphs': (text) =>
    text.replace(/[aceopxyiABEHKMOPTX]/g, (letter) => HOMOGLYPHS[letter] ?? letter),
  'full-width': (text) => mapAscii(text, (code) => (code > 32 ? String.fromCharCode(code + 0xfee0) : ' ')),
  leet: (text) => text.replace(/[aeiost]/gi, (letter) => LEET[letter.toLowerCase()] ?? letter),
  'spaced letters': (text) =>
    text
      .split(/\s+/)
      .map((word) => [...word].join(' '))
      .join('   '),
  'combining marks': (text) => text.replace(/\p{L}/gu, (letter) => `${letter}\u0336\u0301`),
  'piles of marks': (text) => text.replace(/\p{L}/gu, (letter) => `${letter}\u0315\u0329\u035c\u0303\u0348`),
  base64: (text) => Buffer.from(text).toString('base64'),
  hex: (text) => Buffer.from(text).toString('hex'),
  rot13: (text) => text.replace(/[a-z]/gi, rotated),
  reversed: (text) => [...text].reverse().join(''),
  URL: (text) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  'HTML entities': (text) => [...text].map((character) => `&#${character.codePointAt(0)};`).join(''),
};

const HOMOGLYPHS: Readonly<Record<string, string>> = {
  a: 'а',
  c: 'с',
  e: 'е',
  o: 'о',
  p: 'р',
  x: 'х',
  y: 'у',
  i: 'і',
  A: 'А',
  B: 'Β',
  E: 'Ε',
  H: 'Н',
  K: 'Κ',
  M: 'М',
  O: 'Ο',
  P: 'Р',
  T: 'Τ',
  X: 'Χ',
};

const LEET: Readonly<Record<string, string>> = { a: '4', e: '3', i: '1', o: '0', s: '5', t: '7' };

function mapAscii(text: string, change: (code: number) => string): string {
  return text.replace(/[\x20-\x7e]/g, (character) => change(character.charCodeAt(0)));
}

function rotated(letter: string): string {
  const first = letter <= 'Z' ? 65 : 97;
  return String.fromCharCode(first + ((letter.charCodeAt(0) - first + 13) % 26));
}
