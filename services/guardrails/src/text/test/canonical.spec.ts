import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalise } from '../canonical.js';
import { MappedText } from '../mapped-text.js';

const view = (text: string) => normalise(new MappedText(text, undefined));
const normal = (text: string) => view(text).text;

describe('a normal text', () => {
  it('is the text itself where it is ASCII', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        expect(normal(text)).toBe(text);
      }),
      { numRuns: 100 },
    );
  });

  it('is the same a second time', () => {
    const piece = fc.constantFrom('Ａ', '\u200b', '…', '“', '🏴', '한', 'ٱ', '㎏', '\u{e0041}', 'a', ' ', '😀', '€');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const once = normal(pieces.join(''));
        expect(normal(once)).toBe(once);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['a character that becomes a few', '㎏ ﬃ ⑽', 'kg ffi (10)'],
    ['but not a phrase', 'ﷺ', 'ﷺ'],
    ['digits in circles and with dots', '① ⒈ ⑴', '1 1. (1)'],
    ['letters in frames', '🄰🅱 🆗', 'A🅱 🆗'],
    ['Roman numbers', 'Ⅳ ⅻ', 'IV xii'],
    ['letters up and down', 'x² H₂O ªº', 'x2 H2O ao'],
    ['characters of the second plane', '𝟘𝕒 丽', '0a 丽'],
  ])('has %s', (_, text, expected) => {
    expect(normal(text)).toBe(expected);
  });
});

describe('marks', () => {
  it.each([
    ['are a part of their letter', 'e\u0301', 'é'],
    ['are at most two on a letter of Europe', 'a\u0302\u0301', 'ấ'],
    ['are none of three', 'a\u0302\u0301\u0300', 'a'],
    ['are none that strike out', 'a\u0336b\u0332c\u20dd', 'abc'],
    ['are at most four elsewhere', `क${'\u0902'.repeat(9)}`, `क${'\u0902'.repeat(4)}`],
    ['stay alone where nothing is before them', '\u0301a', '\u0301a'],
    ['belong to a character of two units', '😀\u0301b', '😀\u0301b'],
    ['belong to what is left of them', 'a\u200b\u0301', 'a\u0301'],
  ])('%s', (_, text, expected) => {
    expect(normal(text)).toBe(expected);
  });

  it('point with their letter to all of it', () => {
    const read = view('xe\u0301\u0302y');
    const at = read.text.indexOf('y');
    expect(read.originalSpan(1, at)).toEqual({ start: 1, end: 4 });
    expect(read.originalSpan(at, at + 1)).toEqual({ start: 4, end: 5 });
  });
});

describe('what nobody sees', () => {
  it.each([
    ['is left out between letters', 'i\u200bg\u2060n\u00ado\ufeffre', 'ignore'],
    ['joins emoji', '👩\u200d💻', '👩\u200d💻'],
    ['joins no letters', 'a\u200db', 'ab'],
    ['joins no emoji with a letter', '👩\u200da', '👩a'],
    ['ends with the text', '👩\u200d', '👩'],
    ['spells no flag', 'a\u{e0067}\u{e0062}', 'a'],
    ['spells a flag of a region', '🏴\u{e0067}\u{e0062}\u{e0073}\u{e007f}', '🏴\u{e0067}\u{e0062}\u{e0073}\u{e007f}'],
    ['spells no flag without its end', '🏴\u{e0067}\u{e0062}', '🏴'],
    ['spells no flag that is too long', `🏴${'\u{e0067}'.repeat(7)}\u{e007f}`, '🏴'],
    ['is half of a character', 'a\ud83db\udc00c', 'abc'],
    ['is half of one at the end', 'ab\ud83d', 'ab'],
  ])('%s', (_, text, expected) => {
    expect(normal(text)).toBe(expected);
  });

  it.each([
    ['a letter', 'ab\bc', 'ac'],
    ['as many as there are', 'ab\b\b\b\bc', 'c'],
    ['a whole ligature', 'aﬁ\bb', 'ab'],
    ['a letter with its mark', 'ae\u0301\bb', 'ab'],
    ['a character of two units', 'a𝐈\b😀\bb', 'ab'],
  ])('erases %s before it', (_, text, expected) => {
    expect(normal(text)).toBe(expected);
  });

  it('is no part of a span', () => {
    const read = view('\u200bab\u200bcd\u200b');
    expect(read.originalSpan(0, 4)).toEqual({ start: 1, end: 6 });
    expect(read.originalSpan(2, 3)).toEqual({ start: 4, end: 5 });
  });
});
