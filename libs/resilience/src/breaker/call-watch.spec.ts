import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBreaker } from './breaker.js';
import { CallWatch, type CallWatchOptions } from './call-watch.js';

describe('CallWatch', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function watching(more: Partial<CallWatchOptions> = {}) {
    const expired: string[] = [];
    const onExpire: CallWatchOptions['onExpire'] = (kind, waiting) =>
      expired.push(waiting ? kind : `${kind} of the reader`);
    const watch = new CallWatch({ firstMs: 100, gapMs: 30, totalMs: 1000, onExpire, ...more });
    return { watch, expired };
  }

  it('expires without a first piece', () => {
    const { expired } = watching();
    vi.advanceTimersByTime(99);
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(expired).toEqual(['first']);
  });

  it('adds the wait in a queue to the deadline until the call starts', () => {
    const { watch, expired } = watching({ queueMs: 500 });
    vi.advanceTimersByTime(450);
    watch.onStarted();
    vi.advanceTimersByTime(99);
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(expired).toEqual(['first']);
  });

  it('expires after a gap, measured anew from each piece', () => {
    const { watch, expired } = watching();
    for (let piece = 0; piece < 5; piece++) {
      vi.advanceTimersByTime(29);
      watch.onProgress();
    }
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(30);
    expect(expired).toEqual(['gap']);
  });

  it('does not take a slow reader, or a second wait in the queue, for a gap', () => {
    const { watch, expired } = watching({ queueMs: 200 });
    watch.onStarted();
    watch.onProgress();
    watch.pause();
    vi.advanceTimersByTime(300);
    watch.resume();
    vi.advanceTimersByTime(29);
    watch.onQueued();
    vi.advanceTimersByTime(200);
    expect(expired).toEqual([]);
    watch.onStarted();
    vi.advanceTimersByTime(30);
    expect(expired).toEqual(['gap']);
  });

  it('expires once, at the latest after the total time, and tells whether the backend was awaited', () => {
    const { watch, expired } = watching({ gapMs: 0 });
    watch.onProgress();
    watch.pause();
    vi.advanceTimersByTime(5000);
    watch.resume();
    watch.onProgress();
    vi.advanceTimersByTime(5000);
    expect(expired).toEqual(['total of the reader']);
  });

  it('leaves no timer when it is over', () => {
    const { watch, expired } = watching({ slowMs: 10, onSlow: () => expired.push('slow') });
    watch[Symbol.dispose]();
    watch.onStarted();
    watch.resume();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('counts as a failure, aborts its own call only, and frees the place when the call has ended', () => {
    const breaker = createBreaker({
      name: 't',
      errorThresholdPercent: 50,
      volumeThreshold: 1,
      windowMs: 10_000,
      openMs: 1000,
    });
    const permits = [breaker.admit(), breaker.admit()].map((admission) => {
      if (!admission.admitted) throw new TypeError('not admitted');
      return admission.permit;
    });
    const aborted: number[] = [];
    const limits = { firstMs: 100, gapMs: 100, totalMs: 0 };
    const watches = permits.map((permit, index) => permit.watch({ ...limits, onExpire: () => aborted.push(index) }));
    vi.advanceTimersByTime(50);
    watches[1]?.onProgress();
    vi.advanceTimersByTime(50);
    expect(aborted).toEqual([0]);
    expect(breaker.reason).toContain('no first piece in time');
    expect([breaker.state, breaker.inFlight]).toEqual(['open', 2]);
    permits[0]?.ignore();
    permits[0]?.ignore();
    expect(breaker.inFlight).toBe(1);
    breaker.close();
  });
});
