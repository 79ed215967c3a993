import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DrainRate } from './drain-rate.js';

/** All slots taken from `from` on, an end every `everyMs`. */
function draining(rate: DrainRate, { from, ends, everyMs }: { from: number; ends: number; everyMs: number }): number {
  rate.full(true, from);
  for (let index = 1; index <= ends; index++) rate.ended(from + index * everyMs);
  return from + ends * everyMs;
}

describe('DrainRate', () => {
  it('tells the time between two ends', () => {
    const rate = new DrainRate();
    const now = draining(rate, { from: 5_000, ends: 10, everyMs: 400 });
    expect(rate.perRequestMs(now)).toBe(400);
  });

  it('is not believed before it has seen some ends', () => {
    const rate = new DrainRate();
    expect(rate.known).toBe(false);
    expect(rate.perRequestMs(draining(rate, { from: 0, ends: 3, everyMs: 10 }))).toBe(1_000);
  });

  it('leaves out the time in which a slot was free', () => {
    const rate = new DrainRate();
    const idle = draining(rate, { from: 0, ends: 5, everyMs: 100 });
    rate.full(false, idle);
    rate.ended(idle + 50_000);
    const now = draining(rate, { from: idle + 60_000, ends: 5, everyMs: 100 });
    expect(rate.perRequestMs(now)).toBe(100);
  });

  it('forgets the far past', () => {
    const rate = new DrainRate();
    const slow = draining(rate, { from: 0, ends: 40, everyMs: 1_000 });
    const now = draining(rate, { from: slow, ends: 200, everyMs: 100 });
    expect(rate.perRequestMs(now)).toBeLessThan(110);
  });

  it('promises less while nothing ends', () => {
    const rate = new DrainRate();
    const now = draining(rate, { from: 0, ends: 10, everyMs: 100 });
    expect(rate.perRequestMs(now + 9_000)).toBe(1_000);
  });

  it('is never negative', () => {
    const actions = fc.array(fc.tuple(fc.constantFrom('full', 'free', 'end'), fc.nat(500)));
    fc.assert(
      fc.property(actions, (steps) => {
        const rate = new DrainRate();
        let now = 0;
        for (const [action, ms] of steps) {
          now += ms;
          if (action === 'end') rate.ended(now);
          else rate.full(action === 'full', now);
          expect(rate.perRequestMs(now)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
