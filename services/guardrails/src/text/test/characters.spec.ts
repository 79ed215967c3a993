import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compatibleUnit,
  isHighSurrogate,
  isLowSurrogate,
  isPictograph,
  isPrintableAscii,
  typographicTwins,
  UNIT,
  unitClass,
  wordUnit,
} from '../characters.js';
import { composed, MAX_EUROPEAN_MARKS, OVERLAY, styledLetter } from '../composed-letters.js';

const unit = fc.nat(0xffff);
const COMPATIBLE = Array.from(unitClass.keys()).filter((code) => unitClass[code] === UNIT.compatible);
const kindOf = (character: string) => unitClass[character.charCodeAt(0)];

describe('the kind of a code unit', () => {
  it.each([
    ['a letter', 'a', UNIT.plain],
    ['a Chinese character', '今', UNIT.plain],
    ['a line end', '\n', UNIT.plain],
    ['a tab', '\t', UNIT.plain],
    ['a NUL', '\0', UNIT.invisible],
    ['a deletion', '\u007f', UNIT.invisible],
    ['a zero-width space', '\u200b', UNIT.invisible],
    ['a soft hyphen', '\u00ad', UNIT.invisible],
    ['a change of direction', '\u202e', UNIT.invisible],
    ['a variation selector', '\ufe0f', UNIT.invisible],
    ['a filler of Hangul', '\u3164', UNIT.invisible],
    ['an annotation', '\ufff9', UNIT.invisible],
    ['no character', '\uffff', UNIT.invisible],
    ['an accent', '\u0301', UNIT.mark],
    ['a vowel of Hindi', '\u093f', UNIT.mark],
    ['a vowel of Hangul', '\u1161', UNIT.mark],
    ['a full-width letter', 'Ａ', UNIT.compatible],
    ['a ligature', 'ﬁ', UNIT.compatible],
    ['a space of another width', '\u2003', UNIT.compatible],
    ['a curly quote', '\u201c', UNIT.typographic],
    ['a line end of another system', '\u2028', UNIT.typographic],
    ['half of a character', '\ud83d', UNIT.surrogate],
  ])('of %s', (_, character, kind) => {
    expect(kindOf(character)).toBe(kind);
  });

  it('is plain only where NFKC changes nothing', () => {
    fc.assert(
      fc.property(unit, (code) => {
        const character = String.fromCharCode(code);
        if (unitClass[code] === UNIT.plain) expect(character.normalize('NFKC')).toBe(character);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is compatible with the unit that NFKC writes, where that is one', () => {
    fc.assert(
      fc.property(fc.constantFrom(...COMPATIBLE), (code) => {
        const normal = String.fromCharCode(code).normalize('NFKC');
        expect(compatibleUnit[code]).toBe(normal.length === 1 ? normal.charCodeAt(0) : 0);
      }),
      { numRuns: 1_000 },
    );
    expect(compatibleUnit[0x61]).toBe(0);
  });

  it('is typographic for what has one plain twin', () => {
    for (const [code, twin] of typographicTwins) {
      expect(unitClass[code]).toBe(UNIT.typographic);
      expect(twin).toHaveLength(1);
      expect(isPrintableAscii(twin)).toBe(true);
    }
  });
});

describe('parts of words', () => {
  it('are letters, digits and marks of every script', () => {
    for (const each of 'aZ9éжα今ا\u0301\u093f٤') expect(wordUnit[each.charCodeAt(0)], each).toBe(1);
    for (const each of ' .-_@$\u200b\ud83d') expect(wordUnit[each.charCodeAt(0)], each).toBe(0);
  });
});

describe('printable ASCII', () => {
  it('is what no normaliser has to read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
        const expected = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at)).every(
          (code) => (code >= 0x20 && code < 0x7f) || code === 9 || code === 10 || code === 13,
        );
        expect(isPrintableAscii(text)).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });
});

describe('pictographs and surrogates', () => {
  it('are found by either half', () => {
    expect([isPictograph('👩', 0), isPictograph('👩', 1), isPictograph('a👩', 2)]).toEqual([true, true, true]);
    expect([isPictograph('❤', 0), isPictograph('🏽', 0), isPictograph('\ufe0f', 0)]).toEqual([true, true, true]);
    expect([isPictograph('a', 0), isPictograph('', 0), isPictograph('𝐈', 1), isPictograph('a', 5)]).toEqual([false, false, false, false]); // prettier-ignore
  });

  it('are told apart', () => {
    fc.assert(
      fc.property(unit, (code) => {
        expect(isHighSurrogate(code)).toBe(code >= 0xd800 && code < 0xdc00);
        expect(isLowSurrogate(code)).toBe(code >= 0xdc00 && code < 0xe000);
      }),
    );
  });
});

describe('letters with marks', () => {
  const letter = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ');
  const mark = fc.integer({ min: 0x300, max: 0x36f }).map((code) => String.fromCharCode(code));

  it('are the one letter that both are together', () => {
    fc.assert(
      fc.property(letter, mark, (base, accent) => {
        const both = (base + accent).normalize('NFKC').replace(OVERLAY, '');
        expect(composed(base + accent, 0, 2)).toBe(both.length === 1 ? both.charCodeAt(0) : 0);
      }),
      { numRuns: 500 },
    );
  });

  it('are the letter alone under a pile', () => {
    fc.assert(
      fc.property(letter, fc.array(mark, { minLength: MAX_EUROPEAN_MARKS + 1, maxLength: 9 }), (base, marks) => {
        const pile = base + marks.join('');
        expect(composed(pile, 0, pile.length)).toBe(base.charCodeAt(0));
      }),
      { numRuns: 100 },
    );
  });

  it('are none for other characters and other marks', () => {
    for (const text of ['1\u0301', 'é\u0301', ' \u0301', '[\u0301', 'a\u093f', '\u0301'])
      expect(composed(text, 0, text.length), JSON.stringify(text)).toBe(0);
    expect(composed('a\u0302\u0301', 0, 3)).toBe(0);
    expect(composed('a\u0336\u0301', 0, 3)).toBe('á'.charCodeAt(0));
  });
});

describe('styled letters', () => {
  it('are those that NFKC knows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0x1d400, max: 0x1d7ff }), (code) => {
        const normal = String.fromCodePoint(code).normalize('NFKC');
        expect(styledLetter(code)).toBe(normal.length === 1 ? normal.charCodeAt(0) : 0);
      }),
      { numRuns: 500 },
    );
    expect([styledLetter(0x1d3ff), styledLetter(0x1d800), styledLetter(0x61)]).toEqual([0, 0, 0]);
  });
});
