import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { JobChanges } from './job-changes.js';

const forever = new AbortController().signal;

describe('a watcher', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Whether the wait is over, without letting time pass. */
  async function isOver(wait: Promise<void>): Promise<boolean> {
    let over = false;
    void wait.then(() => (over = true));
    await vi.advanceTimersByTimeAsync(0);
    return over;
  }

  it('wakes at a change of its own job', async () => {
    const changes = new JobChanges();
    const [own, other] = [changes.next('a', 1000, forever), changes.next('b', 1000, forever)];
    changes.tell('a');
    expect([await isOver(own), await isOver(other)]).toEqual([true, false]);
    expect(changes.watching).toBe(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(changes.watching).toBe(0);
  });

  it('wakes with all others of that job', async () => {
    const changes = new JobChanges();
    const waits = [1, 2, 3].map(() => changes.next('a', 1000, forever));
    expect(changes.watching).toBe(3);
    changes.tell('a');
    expect(await Promise.all(waits.map(isOver))).toEqual([true, true, true]);
  });

  it('wakes after its time, and when it leaves', async () => {
    const changes = new JobChanges();
    const wait = changes.next('a', 1000, forever);
    await vi.advanceTimersByTimeAsync(999);
    expect(await isOver(wait)).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await isOver(wait)).toBe(true);
    const leave = new AbortController();
    const left = changes.next('a', 1000, leave.signal);
    leave.abort();
    expect(await isOver(left)).toBe(true);
    expect(changes.watching).toBe(0);
  });

  it('is not woken by what changed before', async () => {
    const changes = new JobChanges();
    changes.tell('a');
    expect(await isOver(changes.next('a', 1000, forever))).toBe(false);
  });
});
