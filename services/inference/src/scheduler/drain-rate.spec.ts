import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DrainRate } from './drain-rate.js';

describe('DrainRate', () => {
  it('promises what it has measured', () => {
    const rate = new DrainRate();
    for (let time = 0; time <= 10_000; time += 500) rate.ended(time);
    expect(rate.waitMs(4, 10_000)).toBe(2_000);
  });

  it('forgets the far past', () => {
    const rate = new DrainRate();
    for (let index = 0; index < 40; index++) rate.ended(index * 5_000);
    const now = 200_000;
    for (let index = 0; index < 40; index++) rate.ended(now + index * 1_000);
    expect(rate.waitMs(3, now + 39_000)).toBe(3_000);
  });

  it('promises less while nothing ends', () => {
    const rate = new DrainRate();
    [0, 1_000, 2_000].forEach((time) => rate.ended(time));
    expect(rate.waitMs(2, 12_000)).toBeGreaterThan(rate.waitMs(2, 2_000));
  });

  it('always answers within its bounds', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000_000)), fc.nat(10_000), (times, ahead) => {
        const rate = new DrainRate();
        const sorted = times.toSorted((a, b) => a - b);
        for (const time of sorted) rate.ended(time);
        const wait = rate.waitMs(ahead, (sorted.at(-1) ?? 0) + 1);
        expect(wait).toBeGreaterThanOrEqual(250);
        expect(wait).toBeLessThanOrEqual(60_000);
      }),
    );
  });
});
