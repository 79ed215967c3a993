import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PrefetchWindow } from './prefetch-window.js';

describe('PrefetchWindow', () => {
  it('never holds more than its bounds, except one record that is larger than all of it', () => {
    const limits = { maxRecords: 5, maxBytes: 100 };
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer({ min: 1, max: 150 }), fc.constant('give' as const))), (steps) => {
        const window = new PrefetchWindow(limits);
        const held: number[] = [];
        for (const step of steps) {
          if (step === 'give') {
            const bytes = held.shift();
            if (bytes !== undefined) window.give(bytes);
          } else if (window.tryTake(step)) held.push(step);
          expect(window.records).toBe(held.length);
          expect(window.bytes).toBe(held.reduce((sum, bytes) => sum + bytes, 0));
          expect(held.length).toBeLessThanOrEqual(limits.maxRecords);
          if (held.length > 1) expect(window.bytes).toBeLessThanOrEqual(limits.maxBytes);
        }
      }),
    );
  });

  it('always takes a record when it holds none', () => {
    const window = new PrefetchWindow({ maxRecords: 1, maxBytes: 10 });
    expect(window.tryTake(1000)).toBe(true);
    expect(window.tryTake(1)).toBe(false);
  });

  it('wakes those who wait when a record is given back', async () => {
    const window = new PrefetchWindow({ maxRecords: 1, maxBytes: 10 });
    window.tryTake(1);
    const room = window.waitForRoom(60_000);
    window.give(1);
    await room;
    expect(window.tryTake(1)).toBe(true);
  });
});
