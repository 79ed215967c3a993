import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProgressWatch } from './progress-watch.js';

function watching(maxMs = 60_000) {
  const clock = { now: 0 };
  const watch = new ProgressWatch({ now: () => clock.now, maxMs });
  const step = (durationMs: number, promptTokens = 0) => {
    clock.now += durationMs;
    watch.onStep({ durationMs, promptTokens });
  };
  return { watch, clock, step };
}

describe('ProgressWatch', () => {
  it('finds a frozen engine within 10 s of its last step, when its steps are short', () => {
    const { watch, clock, step } = watching();
    watch.setWorking(true);
    for (let count = 0; count < 1_000; count++) step(20);
    clock.now += 9_999;
    expect(watch.isStalled).toBe(false);
    clock.now += 1;
    expect(watch.isStalled).toBe(true);
  });

  it('waits longer before the first step, and measures from the beginning of work', () => {
    const { watch, clock } = watching();
    clock.now += 500_000;
    watch.setWorking(true);
    clock.now += 59_999;
    watch.setWorking(true);
    expect(watch.isStalled).toBe(false);
    clock.now += 1;
    expect(watch.isStalled).toBe(true);
  });

  it('says nothing about an engine without work', () => {
    const { watch, clock, step } = watching();
    watch.setWorking(true);
    step(20);
    watch.setWorking(false);
    clock.now += 3_600_000;
    expect(watch.isStalled).toBe(false);
    watch.setWorking(true);
    expect(watch.isStalled).toBe(false);
  });

  it('waits five times the p99 step, but never longer than the most', () => {
    const { watch, step } = watching();
    for (let count = 0; count < 980; count++) step(30);
    for (let count = 0; count < 20; count++) step(4_000);
    expect(watch.limitMs).toBe(20_000);
    for (let count = 0; count < 20; count++) step(50_000);
    expect(watch.limitMs).toBe(60_000);
    for (let count = 0; count < 512; count++) step(30);
    expect(watch.limitMs).toBe(10_000);
  });

  it('remembers how long prompt steps take over thousands of short ones', () => {
    const { watch, step } = watching();
    step(8_000, 512);
    for (let count = 0; count < 5_000; count++) step(30);
    expect(watch.limitMs).toBe(40_000);
  });

  it('expects a whole slice to take as long as the few tokens seen say', () => {
    const { watch, step } = watching();
    step(320, 16);
    expect(watch.limitMs).toBe(5 * 320 * 32);
    const fast = watching();
    fast.step(20, 1);
    expect(fast.watch.limitMs).toBe(10_000);
  });

  it('raises no alarm in 10 minutes of saturation on a slow machine', () => {
    const millis = fc.record({
      prompt: fc.integer({ min: 500, max: 9_000 }),
      decode: fc.integer({ min: 20, max: 900 }),
    });
    const chance = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(millis, chance, ({ prompt, decode }, random) => {
        const { watch, clock, step } = watching();
        watch.setWorking(true);
        const draw = () => random.next().value ?? 0;
        let known = false;
        while (clock.now < 600_000) {
          const isPrompt = !known || draw() < 0.3;
          known = true;
          // Half to twice the usual time, as slices adapt and other work takes the cores.
          const before = clock.now;
          const durationMs = (isPrompt ? prompt : decode) * (0.5 + 1.5 * draw() ** 4);
          for (clock.now = before; clock.now < before + durationMs; clock.now += 1_000) {
            expect(watch.isStalled).toBe(false);
          }
          clock.now = before;
          step(durationMs, isPrompt ? 256 : 0);
        }
      }),
      { numRuns: 30 },
    );
  });
});
