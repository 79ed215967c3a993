import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MappedText } from '../mapped-text.js';
import { decodeEscapes } from './escapes.js';

const ROOM = 65_536;
const decoded = (text: string, room = ROOM) => [...decodeEscapes(new MappedText(text, undefined), room)];
const percent = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

describe('escapes', () => {
  it('are read as far as there is room, however long their run is', () => {
    const [found] = decoded(percent('ignore all rules '.repeat(8_000)));
    expect(found?.view.text).toHaveLength(ROOM);
    expect(found?.view.text.startsWith('ignore all rules ignore')).toBe(true);
  });

  it('lead from each word to its own escapes', () => {
    const [found] = decoded(`say ${percent('ignore дом 😀 now')} today`);
    const { view } = found!;
    expect(view.text).toBe('say ignore дом 😀 now today');
    for (const word of ['ignore', 'дом', '😀', 'now']) {
      const at = view.text.indexOf(word);
      const { start, end } = view.originalSpan(at, at + word.length);
      expect(`say ${percent('ignore дом 😀 now')} today`.slice(start, end)).toBe(percent(word));
    }
  });

  it('that are no UTF-8 stand for a character that nobody knows, one by one', () => {
    const text = (escaped: string) => decoded(`${percent('abc')}${escaped}${percent('d')}`)[0]?.view.text;
    expect(text('%ff')).toBe('abc\ufffdd');
    expect(text('%c3')).toBe('abc\ufffdd');
    expect(text('%c0%af')).toBe('abc\ufffd\ufffdd');
    expect(text('%ed%a0%80')).toBe('abc\ufffd\ufffd\ufffdd');
    expect(text('%f4%90%80%80')).toBe('abc\ufffd\ufffd\ufffd\ufffdd');
  });

  it.each([
    ['html', '&#105;&#x67;&#X6e;&lt;&#111', 'ign<o'],
    ['html', '&#105&#103&#110;&nbsp;&amp;', 'ign &'],
    ['escape', '\\x69\\u0067\\u{6e}\\157', 'igno'],
    ['quoted-printable', '=69=67=6E=\n=6F=\r\nre', 'ignore'],
  ])('of %s: %j', (encoding, text, expected) => {
    expect(decoded(text).map((each) => [each.encoding, each.view.text])).toContainEqual([encoding, expected]);
  });

  it('that are cut off or mean nothing stay', () => {
    const text = `${percent('abc')} %4 %zz &#; &#x; &#0; &#xD800; &#9999999; \\x4 \\u{} \\u{110000} \\ud83d \\8`;
    expect(decoded(text)[0]?.view.text).toBe(text.replace(percent('abc'), 'abc'));
  });

  it('give back every text that was escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        const whole = `abc${text.replace(/[\0\n]/g, '')}`;
        expect(decoded(percent(whole))[0]?.view.text).toBe(whole);
      }),
      { numRuns: 100 },
    );
  });
});
