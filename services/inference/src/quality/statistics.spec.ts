import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeSource } from '@weir/testing';
import { mean, meanEstimate, percentile, shareEstimate } from './statistics.js';

const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const chunks = fc.array(fc.array(number, { minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 40 });

describe('the mean', () => {
  it('has the interval that Student’s t gives over chunks', () => {
    const { value, low, high } = meanEstimate([
      [1, 2],
      [3, 4],
    ]);
    expect([value, low, high]).toEqual([2.5, 2.5 - 12.7062, 2.5 + 12.7062]);
    // Sums 1, 5, 9 of 1, 2, 3 positions around a mean of 2.5: deviations -1.5, 0, 1.5.
    const uneven = meanEstimate([[1], [2, 3], [2, 3, 4]]);
    expect(uneven.value).toBe(2.5);
    expect(uneven.high - uneven.value).toBeCloseTo((4.3027 * Math.sqrt((4.5 * 3) / 2)) / 6, 12);
  });

  it('of a single chunk is taken position by position', () => {
    const { value, low } = meanEstimate([[1, 2, 3, 4, 5]]);
    expect(value).toBe(3);
    expect(value - low).toBeCloseTo(2.7764 * Math.sqrt(0.5), 12);
    expect(meanEstimate([[7]])).toEqual({ value: 7, low: 7, high: 7 });
  });

  it('keeps the digits of many small values after a large one', () => {
    const values = [1e9, ...Array.from({ length: 100_000 }, () => 1e-8)];
    expect(mean(values) * values.length - 1e9).toBeCloseTo(1e-3, 6);
  });

  it('lies inside of its interval, whatever the chunks, and has none when all are alike', () => {
    fc.assert(
      fc.property(chunks, number, (given, same) => {
        const { value, low, high } = meanEstimate(given);
        expect(low <= value && value <= high).toBe(true);
        const constant = meanEstimate(given.map((chunk) => chunk.map(() => same)));
        expect(constant.high - constant.low).toBeCloseTo(0, 3);
      }),
    );
  });

  it('is inside of its interval about 95 times in 100, also when neighbours are alike', () => {
    const { random } = fakeSource({ seed: 7 });
    const bell = () => random() + random() + random() + random() - 2;
    const holds = Array.from({ length: 600 }, () => {
      const drawn = Array.from({ length: 12 }, () => {
        const common = bell();
        return Array.from({ length: 20 }, () => common + bell());
      });
      const { low, high } = meanEstimate(drawn);
      return low <= 0 && 0 <= high;
    });
    expect(mean(holds.map(Number))).toBeGreaterThan(0.92);
    expect(mean(holds.map(Number))).toBeLessThan(0.98);
  });
});

describe('a share', () => {
  it.each([
    [8, 10, 0.4901625, 0.9433178],
    [0, 10, 0, 0.2775328],
    [10, 10, 0.7224672, 1],
    [850, 1000, 0.8265313, 0.8707899],
  ])('of %d in %d lies between %d and %d', (successes, trials, low, high) => {
    const estimate = shareEstimate(successes, trials);
    expect(estimate.value).toBe(successes / trials);
    expect(estimate.low).toBeCloseTo(low, 6);
    expect(estimate.high).toBeCloseTo(high, 6);
  });

  it('lies inside of its interval and inside of 0 to 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.nat(100_000), (trials, some) => {
        const { value, low, high } = shareEstimate(some % (trials + 1), trials);
        expect(0 <= low && low <= value && value <= high && high <= 1).toBe(true);
      }),
    );
  });
});

describe('a percentile', () => {
  it('is the smallest value that enough do not exceed', () => {
    const values = Array.from({ length: 1_000 }, (_, n) => 1_000 - n);
    expect(percentile(values, 0.999)).toBe(999);
    expect(percentile(values, 0.5)).toBe(500);
    expect(percentile([3], 0.999)).toBe(3);
    expect(percentile([2, 1], 0)).toBe(1);
  });
});
