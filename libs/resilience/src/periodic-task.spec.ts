import { createLogger } from '@weir/telemetry';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PeriodicTask } from './periodic-task.js';

const logger = createLogger({ level: 'silent' });

describe('a periodic task', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('takes turns, also after one failed, until it is stopped', async () => {
    let turns = 0;
    let failures = 0;
    const turn = async () => {
      if (++turns === 2) throw new TypeError('once');
    };
    const task = new PeriodicTask({ name: 'test', intervalMs: 100, turn, logger, onFailure: () => failures++ });
    task.start();
    await vi.advanceTimersByTimeAsync(250);
    expect({ turns, failures }).toEqual({ turns: 3, failures: 1 });
    await task.stop();
    await vi.advanceTimersByTimeAsync(1000);
    expect(turns).toBe(3);
  });

  it('waits for the turn that is under way when it stops, and tells it', async () => {
    const finish = Promise.withResolvers<void>();
    let stopped = false;
    let told: AbortSignal | undefined;
    const turn = (signal: AbortSignal) => ((told = signal), finish.promise);
    const task = new PeriodicTask({ name: 'test', intervalMs: 100, turn, logger, onFailure: () => undefined });
    task.start();
    const stopping = task.stop().then(() => (stopped = true));
    await vi.advanceTimersByTimeAsync(500);
    expect(stopped).toBe(false);
    expect(told?.aborted).toBe(true);
    finish.resolve();
    await stopping;
  });
});
