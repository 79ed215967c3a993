import { WeirError } from '@weir/errors';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { seededRandom } from './simulation/random.js';
import { SlotScheduler, type SlotLease, type SlotRequest, type SlotSchedulerOptions } from './slot-scheduler.js';

const never = new AbortController().signal;

function scheduler(slots: number, maxQueue: number, more: Partial<SlotSchedulerOptions> = {}): SlotScheduler {
  const made = new SlotScheduler({
    slots,
    maxQueue,
    maxQueuedTokens: 0,
    maxWaitMs: 5_000,
    shares: [],
    now: () => Date.now(),
    ...more,
  });
  made.resume();
  return made;
}

const enter = (target: SlotScheduler, more: Partial<SlotRequest> = {}) =>
  target.enter({
    tenant: 't',
    signal: never,
    deadline: undefined,
    priority: 0,
    ttftDeadline: undefined,
    promptTokens: 10,
    maxTokens: 10,
    ...more,
  });

const halves = ['a', 'b'].map((tenant) => ({ tenant, nominal_percent: 50, borrowing_percent: 50, weight: 1 }));

describe('SlotScheduler', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('grants free slots at once and the next when one is released', async () => {
    const target = scheduler(1, 4);
    const first = await enter(target);
    const second = enter(target);
    expect([target.running, target.waiting, target.waitingTokens]).toEqual([1, 1, 10]);
    first.release();
    first.release();
    await second;
    expect([target.running, target.waiting, target.waitingTokens]).toEqual([1, 0, 0]);
  });

  it('refuses at once over the bound of its queue, with the time to come back and the reason', async () => {
    const dropped = vi.fn();
    const target = scheduler(1, 1, { observer: { onDropped: dropped } });
    await enter(target);
    void enter(target);
    await expect(enter(target)).rejects.toMatchObject({
      code: 'engine_overloaded',
      retryAfterMs: expect.any(Number),
      details: { waiting: 1, running: 1, waiting_tokens: 10, slots: 1, dropped_reason: 'rejected-saturated' },
    });
    expect(dropped.mock.calls).toEqual([['rejected-saturated']]);
  });

  it('refuses over the bound of its prompt tokens', async () => {
    const target = scheduler(1, 9, { maxQueuedTokens: 100 });
    await enter(target);
    void enter(target, { promptTokens: 60 });
    await expect(enter(target, { promptTokens: 60 })).rejects.toMatchObject({ code: 'engine_overloaded' });
    void enter(target, { promptTokens: 40 });
    expect(target.waitingTokens).toBe(100);
  });

  it('sends a sheddable request away for a better one', async () => {
    const target = scheduler(1, 1);
    await enter(target);
    const shed = enter(target, { priority: -1 });
    const refused = expect(shed).rejects.toMatchObject({ details: { dropped_reason: 'evicted-priority' } });
    void enter(target);
    await refused;
    expect(target.waiting).toBe(1);
  });

  it('refuses who waits past its deadline, and frees the place', async () => {
    const target = scheduler(1, 1);
    await enter(target);
    const late = enter(target, { deadline: Date.now() + 300 });
    const refused = expect(late).rejects.toMatchObject({
      code: 'deadline_exceeded',
      details: { dropped_reason: 'rejected-ttl-expired' },
    });
    await vi.advanceTimersByTimeAsync(300);
    await refused;
    expect(target.waiting).toBe(0);
  });

  it('refuses at once who cannot be served before its deadline, by the rate that was measured', async () => {
    const target = scheduler(1, 9);
    const lease = await enter(target);
    for (let index = 0; index < 9; index++) target.onStep({ promptTokens: 100, sampledTokens: 0, durationMs: 1_000 });
    void enter(target, { promptTokens: 100 });
    const refused = enter(target, { promptTokens: 100, deadline: Date.now() + 1_900 });
    await expect(refused).rejects.toMatchObject({ code: 'deadline_exceeded' });
    const inTime = enter(target, { promptTokens: 100, deadline: Date.now() + 2_100 });
    lease.release();
    await vi.advanceTimersByTimeAsync(0);
    expect([target.running, target.waiting]).toEqual([1, 1]);
    const ended = expect(inTime).rejects.toMatchObject({ code: 'deadline_exceeded' });
    await vi.advanceTimersByTimeAsync(1_250);
    await ended;
  });

  it('lets nobody wait for ever', async () => {
    const target = scheduler(1, 1);
    target.pause();
    const refused = expect(enter(target)).rejects.toMatchObject({ code: 'engine_overloaded' });
    await vi.advanceTimersByTimeAsync(4_999);
    expect([target.waiting, target.longestWaitMs]).toEqual([1, 4_999]);
    await vi.advanceTimersByTimeAsync(1);
    await refused;
    expect([target.waiting, target.longestWaitMs]).toEqual([0, 0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('frees the place of who leaves', async () => {
    const target = scheduler(1, 1);
    await enter(target);
    const left = new AbortController();
    const refused = expect(enter(target, { signal: left.signal })).rejects.toMatchObject({
      code: 'cancelled',
      details: { dropped_reason: 'rejected-context-cancelled' },
    });
    left.abort();
    await refused;
    expect([target.waiting, vi.getTimerCount()]).toEqual([0, 0]);
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

  it('refuses all who wait when the engine is given up', async () => {
    const target = scheduler(1, 2);
    target.pause();
    const both = Promise.allSettled([enter(target), enter(target)]);
    target.refuseAll(new WeirError('engine_unavailable', 'It is gone.'));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect([target.waiting, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('serves the tenant next that was served fewer tokens', async () => {
    const target = scheduler(2, 9);
    const [greedy, modest] = [await enter(target, { tenant: 'greedy' }), await enter(target, { tenant: 'modest' })];
    const order: string[] = [];
    void enter(target, { tenant: 'greedy' }).then(() => order.push('greedy'));
    void enter(target, { tenant: 'modest' }).then(() => order.push('modest'));
    greedy.served({ prompt: 10, output: 500 });
    modest.served({ prompt: 10, output: 5 });
    greedy.release();
    await vi.advanceTimersByTimeAsync(0);
    expect(order).toEqual(['modest']);
  });

  it('tells the holder of a lent slot when its owner wants it, once, and tells nobody who keeps its own', async () => {
    const reclaimed = vi.fn();
    const target = scheduler(2, 9, { shares: halves, observer: { onReclaimed: reclaimed } });
    const leases = [await enter(target, { tenant: 'b' }), await enter(target, { tenant: 'b' })];
    const told = leases.map(() => vi.fn());
    leases.forEach((lease, index) => lease.onReclaim(told[index]!));
    expect(target.slotsInUse()).toContainEqual({ group: 'b', own: 1, borrowed: 1 });
    const owner = enter(target, { tenant: 'a' });
    void enter(target, { tenant: 'a' });
    expect(told.map((one) => one.mock.calls.length)).toEqual([0, 1]);
    leases[1]!.release();
    const back = enter(target, { tenant: 'b', returning: true });
    (await owner).release();
    leases[0]!.release();
    await back;
    expect([told[0]!.mock.calls.length, reclaimed.mock.calls.length]).toEqual([0, 1]);
  });

  it('takes a lent slot back as soon as it can be parked', async () => {
    const target = scheduler(1, 9, { shares: [halves[0]!, { ...halves[1]!, nominal_percent: 0 }] });
    const lease = await enter(target, { tenant: 'b' });
    void enter(target, { tenant: 'a' });
    const told = vi.fn();
    lease.onReclaim(told);
    expect(told).toHaveBeenCalledTimes(1);
    lease.release();
    lease.onReclaim(told);
    expect(told).toHaveBeenCalledTimes(1);
  });

  it('leaks no slot and no place in 10,000 random departures', async () => {
    const random = seededRandom(7);
    const target = scheduler(8, 32);
    const callers: AbortController[] = [];
    const leases = new Set<SlotLease>();
    for (let departures = 0; departures < 10_000; departures++) {
      const caller = new AbortController();
      callers.push(caller);
      void enter(target, { signal: caller.signal, tenant: `tenant-${departures % 5}` }).then(
        (lease) => leases.add(lease),
        () => undefined,
      );
      if (random() < 0.5) await Promise.resolve();
      callers.splice(Math.floor(random() * callers.length), 1)[0]?.abort();
      const [lease] = leases;
      if (lease && random() < 0.7) {
        leases.delete(lease);
        lease.release();
      }
    }
    for (const caller of callers) caller.abort();
    await vi.advanceTimersByTimeAsync(0);
    for (const lease of leases) lease.release();
    await vi.advanceTimersByTimeAsync(0);
    for (const lease of leases) lease.release();
    expect([target.running, target.waiting, target.waitingTokens, vi.getTimerCount()]).toEqual([0, 0, 0, 0]);
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
