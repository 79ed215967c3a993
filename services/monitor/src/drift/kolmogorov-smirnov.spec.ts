import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kolmogorovSurvival } from './kolmogorov-distribution.js';
import { kolmogorovSmirnov } from './kolmogorov-smirnov.js';

/** scipy.stats.kstwo.sf(d, n), scipy 1.17.1. */
const GOLDEN: [n: number, d: number, p: number][] = [
  [1, 0.7, 0.6],
  [5, 0.1, 1],
  [5, 0.45, 0.19399375],
  [10, 0.2, 0.74871904],
  [10, 0.9, 2e-10],
  [50, 0.14, 0.256076994516235],
  [50, 0.05, 0.999023809846188],
  [50, 0.24, 0.00509742467508056],
  [83, 0.1, 0.354056370834279],
  [83, 0.18, 0.00797811646405272],
  [83, 0.5, 1.0325189658714e-19],
  [140, 0.11, 0.062525114294704],
  [200, 0.03, 0.991436524714942],
  [200, 0.0866, 0.0938289416604677],
  [333, 0.06, 0.174565446916854],
  [333, 0.09, 0.00849972361994798],
  [333, 0.12, 0.000123155300627566],
  [500, 0.02, 0.985987178685747],
  [500, 0.05, 0.158662602238154],
  [500, 0.0663, 0.0235380017038046],
  [500, 0.0774, 0.00472622632026262],
  [500, 0.0776, 0.00458102933490271],
  [500, 0.1, 8.34229306726353e-5],
  [500, 0.2, 5.25683536194587e-18],
  [1000, 0.05, 0.0130120747810903],
];

describe('the Kolmogorov distribution', () => {
  it.each(GOLDEN)('of %d observations at %d is %d', (n, d, p) => {
    // In one corner scipy uses the exact matrices where we use the expansion.
    const tolerance = n > 140 && n * d ** 1.5 <= 1.4 ? 1e-6 : 1e-9;
    expect(Math.abs(kolmogorovSurvival(d, n) - p)).toBeLessThan(tolerance);
    if (p < 0.001) expect(kolmogorovSurvival(d, n) / p).toBeCloseTo(1, 4);
  });

  it('falls from 1 to 0, also where one formula hands over to the next', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, d) => {
        const p = kolmogorovSurvival(d, n);
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(kolmogorovSurvival(Math.min(1, d + 0.001), n)).toBeLessThanOrEqual(p + 1e-6);
      }),
    );
    expect(kolmogorovSurvival(0, 100)).toBe(1);
    expect(kolmogorovSurvival(1, 100)).toBe(0);
  });
});

describe('the two-sample test', () => {
  it('gives the published figures', () => {
    const reference = Array.from({ length: 100 }, (_, index) => index);
    const current = reference.map((value) => 1.1 * value + 5);
    const { statistic, pValue } = kolmogorovSmirnov(reference, current);
    expect(statistic).toBeCloseTo(0.14, 12);
    expect(Math.abs(pValue - 0.256077)).toBeLessThan(1e-6);
  });

  it('treats equal values as one step, as scipy does', () => {
    const { statistic, pValue } = kolmogorovSmirnov(
      [1, 1, 2, 2, 2, 3, 5, 8, 8, 9],
      [2, 3, 3, 3, 5, 5, 8, 9, 9, 9, 10, 12],
    );
    expect(statistic).toBeCloseTo(0.4166666666666667, 12);
    expect(pValue).toBeCloseTo(0.266864068930041, 9);
  });

  it('rounds the effective number of observations, as scipy does', () => {
    const { statistic, pValue } = kolmogorovSmirnov(
      [3, 1, 4, 1, 5, 9, 2, 6, 5, 3],
      [2, 7, 1, 8, 2, 8, 1, 8, 2, 8, 4, 5, 9],
    );
    expect(statistic).toBeCloseTo(0.3615384615384616, 12);
    expect(pValue).toBeCloseTo(0.3300442931897476, 9);
  });

  const sample = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 60 });

  it('finds the largest gap between the distribution functions', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const share = (values: number[], at: number) => values.filter((value) => value <= at).length / values.length;
        const gaps = [...a, ...b].map((at) => Math.abs(share(a, at) - share(b, at)));
        expect(kolmogorovSmirnov(a, b).statistic).toBeCloseTo(Math.max(...gaps), 12);
      }),
    );
  });

  it('does not care for order, sides or monotone scales', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const test = kolmogorovSmirnov(a, b);
        expect(kolmogorovSmirnov([...b].reverse(), a)).toEqual(test);
        const scaled = (values: number[]) => values.map((value) => Math.exp(value / 10));
        expect(kolmogorovSmirnov(scaled(a), scaled(b))).toEqual(test);
      }),
    );
  });

  it('has p = 1 for the same sample and about 0 for samples apart', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100), { minLength: 40, maxLength: 60 }), (values) => {
        expect(kolmogorovSmirnov(values, values)).toEqual({ statistic: 0, pValue: 1 });
        const { statistic, pValue } = kolmogorovSmirnov(
          values,
          values.map((value) => value + 1000),
        );
        expect(statistic).toBe(1);
        expect(pValue).toBe(0);
      }),
    );
  });
});
