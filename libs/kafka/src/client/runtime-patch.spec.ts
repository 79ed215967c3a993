import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { consumerGroupClass, requestQueueClass, type RequestQueue } from './kafkajs-internals.js';
import { patchKafkajs } from './runtime-patch.js';

patchKafkajs();

function queueWith(changes: Partial<RequestQueue>): RequestQueue {
  return Object.assign(Object.create(requestQueueClass.prototype), {
    pending: [],
    inflight: new Map(),
    throttledUntil: -1,
    throttleCheckTimeoutId: null,
    requestTimeout: 10_000,
    enforceRequestTimeout: true,
    isConnected: () => true,
    checkPendingRequests: vi.fn(),
    ...changes,
  });
}

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

describe('the repaired request queue', () => {
  it('arms no timer while nothing waits', () => {
    queueWith({}).scheduleCheckPendingRequests();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('looks again after the broker let it, when requests wait', () => {
    const queue = queueWith({ pending: [{}], throttledUntil: 1_000_500 });
    queue.scheduleCheckPendingRequests();
    queue.scheduleCheckPendingRequests();
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(499);
    expect(queue.checkPendingRequests).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(queue.checkPendingRequests).toHaveBeenCalledTimes(1);
    expect(queue.throttleCheckTimeoutId).toBeNull();
  });

  it('still times requests out', () => {
    const request = { sentAt: 1_000_000, requestTimeout: 3000, timeoutRequest: vi.fn() };
    const queue = queueWith({ inflight: new Map([[1, request]]) });
    queue.scheduleRequestTimeoutCheck();
    vi.advanceTimersByTime(3000);
    expect(request.timeoutRequest).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    expect(request.timeoutRequest).toHaveBeenCalled();
    queue.destroy();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is repaired once, however often that is asked for', () => {
    const { joinAndSync } = consumerGroupClass.prototype;
    patchKafkajs();
    expect(consumerGroupClass.prototype.joinAndSync).toBe(joinAndSync);
  });
});
