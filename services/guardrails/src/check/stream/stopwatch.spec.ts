import { describe, expect, it } from 'vitest';
import { Stopwatch } from './stopwatch.js';

describe('Stopwatch', () => {
  it('adds up what is worked, also after a wait, and nothing between', async () => {
    let now = 0;
    const stopwatch = new Stopwatch(() => now);
    expect(stopwatch.measure(() => (now += 3))).toBe(3);
    now += 100;
    expect(await stopwatch.measureLater(async () => (now += 4))).toBe(107);
    expect(stopwatch.spentMs).toBe(7);
  });
});
