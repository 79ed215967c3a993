import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { AsyncQueue } from './async-queue.js';
import { RetryBudget } from './retry-budget.js';
import { Semaphore } from './semaphore.js';
import { anySignal, backoffMs, sleep } from './timing.js';

async function drain<T>(queue: AsyncQueue<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of queue) items.push(item);
  return items;
}

describe('AsyncQueue', () => {
  it('keeps the order and loses nothing, however pushes and reads interleave', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 60 }), fc.integer({ min: 1, max: 8 }), async (pauses, max) => {
        const queue = new AsyncQueue<number>({ maxItems: max });
        const read = drain(queue);
        for (const [index, pause] of pauses.entries()) {
          while (!queue.push(index)) await queue.waitForRoom();
          for (let turn = 0; turn < pause; turn++) await Promise.resolve();
          expect(queue.size).toBeLessThanOrEqual(max);
        }
        queue.end();
        expect(await read).toEqual(pauses.map((_, index) => index));
      }),
    );
  });

  it('bounds bytes, yet takes one item of any size', () => {
    const queue = new AsyncQueue<string>({ maxBytes: 10, sizeOf: (text) => text.length });
    expect(queue.push('x'.repeat(50))).toBe(true);
    expect(queue.push('y')).toBe(false);
    expect(queue.bytes).toBe(50);
  });

  it('shows a failure after what was queued before it', async () => {
    const queue = new AsyncQueue<number>();
    queue.push(1);
    queue.fail(new Error('cut'));
    const seen: number[] = [];
    await expect(
      (async () => {
        for await (const item of queue) seen.push(item);
      })(),
    ).rejects.toThrow('cut');
    expect(seen).toEqual([1]);
  });

  it('refuses what comes after its reader left', async () => {
    const queue = new AsyncQueue<number>();
    queue.push(1);
    queue.push(2);
    for await (const _ of queue) break;
    expect(queue.push(3)).toBe(false);
    expect(queue.size).toBe(0);
  });

  it('ends the wait of a writer that is cancelled', async () => {
    const queue = new AsyncQueue<number>({ maxItems: 1 });
    queue.push(1);
    const controller = new AbortController();
    const wait = queue.waitForRoom(controller.signal);
    controller.abort();
    await expect(wait).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('Semaphore', () => {
  it('never has more holders than permits and serves those who wait in order', async () => {
    const semaphore = new Semaphore(2);
    const order: number[] = [];
    let holders = 0;
    const work = [0, 1, 2, 3, 4].map(async (index) => {
      using _ = await semaphore.acquire();
      order.push(index);
      holders += 1;
      expect(holders).toBeLessThanOrEqual(2);
      await Promise.resolve();
      holders -= 1;
    });
    await Promise.all(work);
    expect(order).toEqual([0, 1, 2, 3, 4]);
    expect(semaphore.available).toBe(2);
  });

  it('does not lose the permit of one who was cancelled while waiting', async () => {
    const semaphore = new Semaphore(1);
    const held = semaphore.tryAcquire()!;
    const controller = new AbortController();
    const waiting = semaphore.acquire(controller.signal);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    held[Symbol.dispose]();
    held[Symbol.dispose]();
    expect(semaphore.available).toBe(1);
  });
});

describe('RetryBudget', () => {
  it('allows a tenth of the traffic beyond its trickle', () => {
    const budget = new RetryBudget({ ratio: 0.1, minPerSecond: 0, now: () => 0 });
    for (let request = 0; request < 100; request++) budget.deposit();
    let retries = 0;
    while (budget.tryWithdraw()) retries += 1;
    expect(retries).toBeGreaterThanOrEqual(9);
    expect(retries).toBeLessThanOrEqual(10);
  });

  it('lets a quiet service retry again after a while', () => {
    let now = 0;
    const budget = new RetryBudget({ ratio: 0.1, minPerSecond: 1, now: () => now });
    expect(budget.tryWithdraw()).toBe(true);
    expect(budget.tryWithdraw()).toBe(false);
    now = 1000;
    expect(budget.tryWithdraw()).toBe(true);
  });
});

describe('timing', () => {
  it('keeps every wait within its cap', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, random) => {
        const wait = backoffMs(attempt, { baseMs: 10, capMs: 500, random: () => random });
        return wait >= 0 && wait <= Math.min(500, 10 * 2 ** attempt);
      }),
    );
  });

  it('wakes a sleeper that is cancelled', async () => {
    vi.useFakeTimers();
    try {
      const controller = new AbortController();
      const slept = sleep(1000, anySignal(controller.signal, undefined));
      controller.abort();
      await expect(slept).rejects.toMatchObject({ code: 'cancelled' });
      const full = sleep(1000);
      await vi.advanceTimersByTimeAsync(1000);
      await expect(full).resolves.toBeUndefined();
    } finally {
      vi.useRealTimers();
    }
  });
});
