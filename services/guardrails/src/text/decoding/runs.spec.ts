import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MappedText } from '../mapped-text.js';
import { byteText } from './byte-text.js';
import { asciiSet, runsOf } from './runs.js';

describe('runs of a set of characters', () => {
  it('are those that a regular expression finds', () => {
    const set = asciiSet(/[a-c]/);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', 'é', '😀'), maxLength: 60 }), (text) => {
        const expected = [...text.matchAll(/[a-c]{3,}/g)].map(({ 0: run, index }) => ({
          start: index,
          end: index + run.length,
        }));
        expect([...runsOf(text, set, 3)]).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});

describe('bytes as text', () => {
  const read = (bytes: Uint8Array) => {
    const source = new MappedText('x'.repeat(bytes.length * 2), undefined);
    return byteText(bytes, { source, offset: (index) => index, bitsPerCharacter: 4, length: bytes.length * 2 });
  };

  it('point to the characters that each letter came from', () => {
    const view = read(Buffer.from('aé😀b'));
    expect(view?.text).toBe('aé😀b');
    expect(view?.originalSpan(0, 1)).toEqual({ start: 0, end: 2 });
    expect(view?.originalSpan(1, 2)).toEqual({ start: 2, end: 6 });
    expect(view?.originalSpan(2, 4)).toEqual({ start: 6, end: 14 });
    expect(view?.originalSpan(4, 5)).toEqual({ start: 14, end: 16 });
  });

  it.each([
    ['nothing', []],
    ['control characters', [0x61, 0x00, 0x62]],
    ['what is no UTF-8', [0x61, 0xff, 0xfe]],
    ['half of a character', [0x61, 0xc3]],
  ])('refuse %s', (_, bytes) => {
    expect(read(Uint8Array.from(bytes))).toBeUndefined();
  });
});
