import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS, minutesSince, periodsOf } from './periods.js';

const NOW = Date.UTC(2026, 0, 10, 12, 34, 56);
const DAY_MS = 24 * HOUR_MS;

describe('periods', () => {
  it('of a range within an hour are minutes', () => {
    const fromMs = Date.UTC(2026, 0, 10, 12, 1);
    const toMs = fromMs + 5 * MINUTE_MS;
    expect(periodsOf({ fromMs: fromMs + 1, toMs: toMs - 1, minutesSinceMs: 0 })).toEqual([
      { resolution: MINUTE_MS, fromMs, toMs },
    ]);
  });

  it('of a longer range are hours with minutes at the edges', () => {
    const [ten, one] = [Date.UTC(2026, 0, 10, 10), Date.UTC(2026, 0, 10, 13)];
    const fromMs = ten - 5 * MINUTE_MS;
    const toMs = one + 7 * MINUTE_MS;
    expect(periodsOf({ fromMs, toMs, minutesSinceMs: 0 })).toEqual([
      { resolution: MINUTE_MS, fromMs, toMs: ten },
      { resolution: HOUR_MS, fromMs: ten, toMs: one },
      { resolution: MINUTE_MS, fromMs: one, toMs },
    ]);
  });

  it('cover a range without a gap or an overlap, and use minutes only where these are kept', () => {
    const minutesSinceMs = minutesSince(NOW, 3 * DAY_MS);
    const instant = fc.integer({ min: NOW - 10 * DAY_MS, max: NOW });
    fc.assert(
      fc.property(instant, fc.integer({ min: 1, max: 5 * DAY_MS }), (fromMs, length) => {
        const toMs = fromMs + length;
        const periods = periodsOf({ fromMs, toMs, minutesSinceMs });
        const [first, last] = [periods[0], periods.at(-1)];
        const roughly = (ms: number) => (ms < minutesSinceMs ? HOUR_MS : MINUTE_MS);
        expect(fromMs - (first?.fromMs ?? 0)).toBeGreaterThanOrEqual(0);
        expect(fromMs - (first?.fromMs ?? 0)).toBeLessThan(roughly(fromMs));
        expect((last?.toMs ?? 0) - toMs).toBeGreaterThanOrEqual(0);
        expect((last?.toMs ?? 0) - toMs).toBeLessThan(roughly(toMs - 1));
        for (const [index, period] of periods.entries()) {
          expect(period.fromMs % period.resolution).toBe(0);
          expect(period.toMs % period.resolution).toBe(0);
          expect(period.toMs).toBeGreaterThan(period.fromMs);
          if (index > 0) expect(period.fromMs).toBe(periods[index - 1]?.toMs);
          if (period.resolution === MINUTE_MS) expect(period.fromMs).toBeGreaterThanOrEqual(minutesSinceMs);
        }
      }),
    );
  });
});
