import { SlotScheduler, type SlotRequest } from '../../services/inference/dist/src/scheduler/slot-scheduler.js';
import { percentile } from '../load/statistics.ts';

const WAITING = 1_024;
const TENANTS = 64;
const REFUSALS = 5_000;

/** Real time from the call to the refusal of a scheduler whose queue is full, in microseconds. */
export async function refusalTimes() {
  const left = new AbortController();
  const scheduler = new SlotScheduler({
    slots: 8,
    maxQueue: WAITING,
    maxQueuedTokens: 0,
    maxWaitMs: 60_000,
    shares: [],
    now: () => Date.now(),
  });
  scheduler.resume();
  for (let index = 0; index < 20; index++) scheduler.onStep({ promptTokens: 10, sampledTokens: 8, durationMs: 50 });
  const request = (index: number, signal: AbortSignal): SlotRequest => ({
    tenant: `tenant-${index % TENANTS}`,
    signal,
    deadline: Date.now() + 3_600_000,
    priority: 0,
    ttftDeadline: undefined,
    promptTokens: 100,
    maxTokens: 100,
  });
  const waiting = Array.from({ length: WAITING + 8 }, (_, index) => scheduler.enter(request(index, left.signal)));
  const times: number[] = [];
  for (let index = 0; index < REFUSALS; index++) {
    const started = performance.now();
    await scheduler.enter(request(index, left.signal)).catch(() => times.push((performance.now() - started) * 1_000));
  }
  left.abort();
  const leases = await Promise.allSettled(waiting);
  for (const lease of leases) if (lease.status === 'fulfilled') lease.value.release();
  const [p50Us, p99Us] = [0.5, 0.99].map((share) => Math.round(percentile(times, share)));
  return { waiting: WAITING, tenants: TENANTS, p50Us, p99Us, maxUs: Math.round(Math.max(...times)) };
}
