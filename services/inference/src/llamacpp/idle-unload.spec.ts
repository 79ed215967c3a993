import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IdleUnload } from './idle-unload.js';

const loaded = { state: 'ready', reason: '' } as const;
const unloaded = { state: 'unloaded', reason: '' } as const;

function made(afterMs = 1_000) {
  const stopped = Promise.withResolvers<void>();
  const engine = { start: vi.fn(), stop: vi.fn(() => stopped.promise) };
  let work = 0;
  const onAsleep = vi.fn();
  const idle = new IdleUnload({ afterMs, engine, isIdle: () => work === 0, onAsleep });
  const setWork = (requests: number) => {
    work = requests;
    idle.touch();
  };
  return { idle, engine, stopped, onAsleep, setWork };
}

describe('IdleUnload', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('ends the engine after the time without work, and counts from its last request', async () => {
    const { engine, setWork, onAsleep } = made();
    setWork(0);
    await vi.advanceTimersByTimeAsync(900);
    setWork(1);
    await vi.advanceTimersByTimeAsync(5_000);
    setWork(0);
    await vi.advanceTimersByTimeAsync(999);
    expect(engine.stop).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(engine.stop).toHaveBeenCalledOnce();
    expect(onAsleep).toHaveBeenCalledOnce();
  });

  it('never does when that was not asked for', async () => {
    const { engine, setWork } = made(0);
    setWork(0);
    await vi.advanceTimersByTimeAsync(1e7);
    expect(engine.stop).not.toHaveBeenCalled();
  });

  it('is seen as ready while it sleeps and wakes, and starts only once its end is over', async () => {
    const { idle, engine, stopped, setWork } = made();
    setWork(0);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(idle.seenAs(unloaded)).toMatchObject({ state: 'ready', reason: expect.stringContaining('idle') });
    const waking = idle.wake();
    await vi.advanceTimersByTimeAsync(0);
    expect(engine.start).not.toHaveBeenCalled();
    stopped.resolve();
    await waking;
    expect(engine.start).toHaveBeenCalledOnce();
    expect(idle.seenAs({ state: 'loading', reason: '' }).state).toBe('ready');
    for (const state of ['failed', 'restarting'] as const)
      expect(idle.seenAs({ state, reason: 'x' }).state).toBe(state);
    expect(idle.isAsleep).toBe(true);
    idle.end();
    expect(idle.seenAs(loaded)).toBe(loaded);
  });

  it('wakes for what needs no slot, waits until it is loaded, and does not sleep over it', async () => {
    const { idle, engine, stopped, setWork } = made();
    setWork(0);
    await vi.advanceTimersByTimeAsync(1_000);
    stopped.resolve();
    const work = Promise.withResolvers<string>();
    const begun = vi.fn(() => work.promise);
    const answer = idle.use(begun);
    await vi.advanceTimersByTimeAsync(0);
    expect(engine.start).toHaveBeenCalledOnce();
    expect(begun).not.toHaveBeenCalled();
    idle.end();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(begun).toHaveBeenCalledOnce();
    expect(engine.stop).toHaveBeenCalledOnce();
    work.resolve('done');
    expect(await answer).toBe('done');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(engine.stop).toHaveBeenCalledTimes(2);
  });
});
