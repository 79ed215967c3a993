import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SlotScheduler, type SlotLease } from './slot-scheduler.js';

const never = new AbortController().signal;

function scheduler(slots: number, maxQueue: number): SlotScheduler {
  const made = new SlotScheduler({ slots, maxQueue, maxWaitMs: 5_000, now: () => Date.now() });
  made.resume();
  return made;
}

const enter = (target: SlotScheduler, more: { signal?: AbortSignal; deadline?: number; returning?: boolean } = {}) =>
  target.enter({ tenant: 't', signal: never, deadline: undefined, ...more });

describe('SlotScheduler', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('grants free slots at once and the next when one is released', async () => {
    const target = scheduler(1, 4);
    const first = await enter(target);
    const second = enter(target);
    expect([target.running, target.waiting]).toEqual([1, 1]);
    first.release();
    first.release();
    await second;
    expect([target.running, target.waiting]).toEqual([1, 0]);
  });

  it('refuses at once over the bound of its queue, with the time to come back', async () => {
    const target = scheduler(1, 1);
    await enter(target);
    void enter(target);
    await expect(enter(target)).rejects.toMatchObject({
      code: 'engine_overloaded',
      retryAfterMs: expect.any(Number),
      details: { waiting: 1, running: 1 },
    });
  });

  it('refuses who waits past its deadline, and frees the place', async () => {
    const target = scheduler(1, 1);
    await enter(target);
    const late = enter(target, { deadline: Date.now() + 300 });
    const refused = expect(late).rejects.toMatchObject({ code: 'deadline_exceeded' });
    await vi.advanceTimersByTimeAsync(300);
    await refused;
    expect(target.waiting).toBe(0);
  });

  it('lets nobody wait for ever', async () => {
    const target = scheduler(1, 1);
    target.pause();
    const refused = expect(enter(target)).rejects.toMatchObject({ code: 'engine_overloaded' });
    await vi.advanceTimersByTimeAsync(5_000);
    await refused;
  });

  it('frees the place of who leaves', async () => {
    const target = scheduler(1, 1);
    await enter(target);
    const left = new AbortController();
    const refused = expect(enter(target, { signal: left.signal })).rejects.toMatchObject({ code: 'cancelled' });
    left.abort();
    await refused;
    expect(target.waiting).toBe(0);
    await expect(enter(target, { signal: left.signal })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('takes a returning request back before the others, also when the queue is full', async () => {
    const target = scheduler(1, 1);
    const running = await enter(target);
    const order: string[] = [];
    const waiting = enter(target).then((lease) => (order.push('waiting'), lease));
    const returning = enter(target, { returning: true }).then((lease) => (order.push('returning'), lease));
    running.release();
    (await returning).release();
    await waiting;
    expect(order).toEqual(['returning', 'waiting']);
  });

  it('never has more running than slots nor more waiting than its bound, and ends empty', async () => {
    const steps = fc.array(fc.constantFrom('enter', 'release', 'abort', 'pause', 'resume'), { maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 4 }), fc.nat(3), async (actions, slots, maxQueue) => {
        const target = scheduler(slots, maxQueue);
        const leases: SlotLease[] = [];
        const callers: AbortController[] = [];
        for (const action of actions) {
          if (action === 'enter') {
            const caller = new AbortController();
            callers.push(caller);
            enter(target, { signal: caller.signal }).then(
              (lease) => leases.push(lease),
              () => undefined,
            );
          }
          if (action === 'release') leases.pop()?.release();
          if (action === 'abort') callers.pop()?.abort();
          if (action === 'pause') target.pause();
          if (action === 'resume') target.resume();
          await vi.advanceTimersByTimeAsync(0);
          expect(target.running).toBeLessThanOrEqual(slots);
          expect(target.waiting).toBeLessThanOrEqual(maxQueue);
        }
        target.resume();
        await vi.advanceTimersByTimeAsync(0);
        for (let lease = leases.pop(); lease; lease = leases.pop()) {
          lease.release();
          await vi.advanceTimersByTimeAsync(0);
        }
        expect([target.running, target.waiting]).toEqual([0, 0]);
      }),
      { numRuns: 60 },
    );
  });
});
