import { describe, expect, it } from 'vitest';
import { foldCodePoint, foldText, foldUnit, IGNORED, isIgnorable } from './fold-unit.js';
import { escapeJson, groupAt, unescapeJson } from './reading/unit-group.js';

describe('folding', () => {
  it.each([
    ['４１１１', '4111'],
    ['٤١١١ ०१२ ೩', '4111 012 3'],
    ['𝟜𝟙𝟙𝟙 🯰🯱', '4111 01'],
    ['𝐀𝓫𝔠', 'Abc'],
    ['раѕѕwоrd', 'password'],
    ['ΑΒΕ', 'ABE'],
    ['ІBAN Ιron', 'IBAN Iron'],
    ['ａｄａ＠ｅｘ․ｃｏｍ', 'ada@ex.com'],
    ['1–2−3‐4', '1-2-3-4'],
    ['a\u00a0b\u2007c\u3000d', 'a b c d'],
    ['p\u00ada\u200bs\u2060s\ufeff', 'pass'],
    ['x\u{e0041}\u{e0100}\ufe0fy\u034fz', 'xyz'],
    ['ｶﾅ', 'カナ'],
  ])('reads %j as %j', (text, read) => {
    expect(foldText(text)).toBe(read);
  });

  it.each(['plain text 0O1lI|', 'Ж и б З', 'ا ه ו 一 ノ', 'é ü ñ', '👩🏽 💣', '\ud800x\udc00', '؀'])(
    'leaves %j as it is',
    (text) => {
      expect(foldText(text)).toBe(text);
    },
  );

  it('never turns ASCII into something else', () => {
    for (let unit = 0; unit < 128; unit++) expect(foldUnit(unit)).toBe(unit);
  });

  it('reads what it has read already as itself', () => {
    const twice = Array.from({ length: 0x20000 }, (_, point) => foldCodePoint(point)).filter(
      (read) => read !== IGNORED && foldCodePoint(read) !== read,
    );
    expect(twice).toEqual([]);
  });

  it('knows what nobody sees', () => {
    for (const point of [0x200b, 0x200d, 0xad, 0x34f, 0xfe0f, 0xe0041, 0xe01ef, 0x3164])
      expect(isIgnorable(point)).toBe(true);
    for (const point of [0x20, 0x41, 0x301, 0x600, 0x1f4a3]) expect(isIgnorable(point)).toBe(false);
  });
});

describe('groups of units', () => {
  it.each([
    ['𝟜', false, { length: 2, read: 52, escaped: false }],
    ['💣', false, 'single'],
    ['\ud835', false, 'incomplete'],
    ['\ud835x', false, 'single'],
    ['\\u0034', true, { length: 6, read: 52, escaped: true }],
    ['\\u00', true, 'incomplete'],
    ['\\u0x', true, 'single'],
    ['\\/', true, { length: 2, read: 47, escaped: true }],
    ['\\', true, 'incomplete'],
    ['\\q', true, 'single'],
    ['\\u0034', false, 'single'],
  ])('reads %j', (text, json, group) => {
    expect(groupAt(text, 0, json)).toEqual(group);
  });

  it('undoes the escapes that it makes', () => {
    for (const text of ['a "b" \\ c\n\u0001', 'é💣', '\\']) expect(unescapeJson(escapeJson(text))).toBe(text);
    expect(unescapeJson('\\q\\')).toBe('\\q\\');
  });
});
