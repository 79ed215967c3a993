import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodePoints, countCodePoints } from './code-points.js';

const text = fc.string({ unit: fc.constantFrom('a', 'é', '😀', '𝒳', '\ud83d', '\udc00', '漢'), maxLength: 40 });

describe('CodePoints', () => {
  it('counts as an iteration over the text does', () => {
    fc.assert(
      fc.property(text, (value) => {
        const points = new CodePoints(value);
        let unit = 0;
        [...value].forEach((point, index) => {
          expect(points.at(unit)).toBe(index);
          expect(points.unitOf(index)).toBe(unit);
          unit += point.length;
        });
        expect(points.at(value.length)).toBe([...value].length);
        expect(points.unitOf(points.length)).toBe(value.length);
        expect(countCodePoints(value)).toBe(points.length);
      }),
    );
  });

  it('takes the inside of a pair for its end', () => {
    const points = new CodePoints('a😀b');
    expect([0, 1, 2, 3, 4].map((unit) => points.at(unit))).toEqual([0, 1, 2, 2, 3]);
  });
});
