import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holm } from './holm.js';

const pValue = fc.double({ min: 0, max: 1, noNaN: true });

describe('holm', () => {
  it('gives the values of R’s p.adjust', () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    expect(adjusted.map((value) => Number(value.toFixed(12)))).toEqual([0.03, 0.06, 0.06, 0.02]);
  });

  it('leaves one test as it is, and none as none', () => {
    expect(holm([0.03])).toEqual([0.03]);
    expect(holm([])).toEqual([]);
  });

  it('is between the raw value and Bonferroni’s, and keeps the order of the values', () => {
    fc.assert(
      fc.property(fc.array(pValue, { minLength: 1, maxLength: 10 }), (raw) => {
        const adjusted = holm(raw);
        for (const [index, value] of adjusted.entries()) {
          const own = raw[index] ?? 0;
          expect(value).toBeGreaterThanOrEqual(own);
          expect(value).toBeLessThanOrEqual(Math.min(1, own * raw.length) + 1e-12);
          raw.forEach((other, at) => {
            if (other < own) expect(adjusted[at]).toBeLessThanOrEqual(value);
          });
        }
      }),
    );
  });

  it('rejects what the step-down procedure rejects', () => {
    fc.assert(
      fc.property(fc.array(pValue, { minLength: 1, maxLength: 8 }), (raw) => {
        const alpha = 0.05;
        const sorted = [...raw].sort((a, b) => a - b);
        const firstKept = sorted.findIndex((value, rank) => value * (raw.length - rank) > alpha);
        const rejected = firstKept === -1 ? raw.length : firstKept;
        expect(holm(raw).filter((value) => value <= alpha)).toHaveLength(rejected);
      }),
    );
  });
});
