import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketOf, LogHistogram, RELATIVE_ERROR, valueOf } from './log-histogram.js';

const duration = fc.double({ min: 0.02, max: 1e9, noNaN: true });
const durations = fc.array(duration, { maxLength: 200 });

describe('a histogram', () => {
  it('tells every value within 2 %', () => {
    fc.assert(
      fc.property(duration, (value) => {
        expect(Math.abs(valueOf(bucketOf(value)) - value) / value).toBeLessThanOrEqual(RELATIVE_ERROR + 1e-9);
      }),
    );
  });

  it('tells quantiles within 2 % of the value with that rank', () => {
    fc.assert(
      fc.property(
        fc.array(duration, { minLength: 1, maxLength: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, q) => {
          const sorted = [...values].sort((a, b) => a - b);
          const exact = sorted[Math.max(1, Math.ceil(q * values.length)) - 1] ?? Number.NaN;
          const told = LogHistogram.of(values).quantile(q);
          expect(Math.abs(told - exact) / exact).toBeLessThanOrEqual(RELATIVE_ERROR + 1e-9);
        },
      ),
    );
  });

  it('merged with another is that of all values, whatever the order', () => {
    fc.assert(
      fc.property(durations, durations, (a, b) => {
        const both = LogHistogram.of([...a, ...b]);
        const merged = LogHistogram.of(a).merge(LogHistogram.of(b));
        expect(merged.buckets()).toEqual(both.buckets());
        expect(LogHistogram.of(b).merge(LogHistogram.of(a)).buckets()).toEqual(both.buckets());
        expect(merged.total).toBe(a.length + b.length);
      }),
    );
  });

  it('keeps buckets in order and few, whatever comes', () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), (a, b) => {
        for (const value of [a, b]) {
          expect(bucketOf(value)).toBeGreaterThanOrEqual(0);
          expect(bucketOf(value)).toBeLessThanOrEqual(807);
        }
        if (a < b) expect(bucketOf(a)).toBeLessThanOrEqual(bucketOf(b));
      }),
    );
  });

  it('counts tiny values as zero and tells zero for none', () => {
    expect(LogHistogram.of([0, 0.005]).buckets()).toEqual([[0, 2]]);
    expect(new LogHistogram().quantile(0.5)).toBe(0);
  });
});
