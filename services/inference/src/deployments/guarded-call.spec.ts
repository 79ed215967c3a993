import { WeirError } from '@weir/errors';
import { createBreaker, type Breaker } from '@weir/resilience';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FinishReason, GenerationCall, GenerationPart } from '../generation/generation.js';
import type { BackendCall } from './engine-backend.js';
import { guardedGeneration, guardedWork, type GuardedCallParts } from './guarded-call.js';

const finish = (reason: FinishReason): GenerationPart => ({
  text: '',
  tokens: 0,
  usage: undefined,
  finish: { reason, queueMs: 0, prefillMs: 0, decodeMs: 0 },
});

/** Resolves never, rejects with the reason of the abort: what a backend does whose engine hangs. */
function hanging(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as WeirError), { once: true });
  });
}

describe('a guarded call', () => {
  let breaker: Breaker;
  let expired: string[];
  const caller = new AbortController();
  const call = { signal: caller.signal } as GenerationCall;

  beforeEach(() => {
    vi.useFakeTimers();
    expired = [];
    breaker = createBreaker({
      name: 't',
      errorThresholdPercent: 1,
      volumeThreshold: 1,
      windowMs: 10_000,
      openMs: 1_000,
    });
  });
  afterEach(() => {
    breaker.close();
    vi.useRealTimers();
  });

  function parts(): GuardedCallParts {
    const admission = breaker.admit();
    if (!admission.admitted) throw new TypeError('not admitted');
    return {
      permit: admission.permit,
      deadlines: { firstMs: 100, gapMs: 50, totalMs: 1_000 },
      queueMs: 400,
      onExpire: (kind) => expired.push(kind),
    };
  }

  /** Reads all of it; the error instead of the end. */
  async function read(generate: (call: BackendCall) => AsyncIterable<GenerationPart>): Promise<unknown> {
    try {
      for await (const _ of guardedGeneration({ generate }, call, parts())) continue;
      return 'ended';
    } catch (error) {
      return error;
    }
  }

  it('does not count the wait for a slot, nor a second one, as time of the engine', async () => {
    const outcome = read(async function* ({ signal, onPhase }) {
      onPhase?.('queued');
      await vi.advanceTimersByTimeAsync(390);
      onPhase?.('running');
      await vi.advanceTimersByTimeAsync(90);
      yield { ...finish('stop'), text: 'a', finish: undefined };
      onPhase?.('queued');
      await vi.advanceTimersByTimeAsync(390);
      expect(expired).toEqual([]);
      onPhase?.('running');
      await Promise.all([hanging(signal), vi.advanceTimersByTimeAsync(50)]);
    });
    expect(await outcome).toMatchObject({ code: 'engine_failed', message: 'The engine sent nothing more for 0.05 s.' });
    expect(expired).toEqual(['gap']);
  });

  it('counts an expired call as failed and frees its place when it has ended', async () => {
    const outcome = read(async function* ({ signal, onPhase }) {
      onPhase?.('running');
      await hanging(signal);
      yield finish('stop');
    });
    await vi.advanceTimersByTimeAsync(99);
    expect([breaker.state, breaker.inFlight]).toEqual(['closed', 1]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await outcome).toMatchObject({ details: { expired: 'first' } });
    expect([breaker.state, breaker.inFlight]).toEqual(['open', 0]);
  });

  it.each(['cancelled', 'deadline'] as const)('takes the end %s for no proof of a sound engine', async (reason) => {
    breaker.trip('x');
    await vi.advanceTimersByTimeAsync(1_000);
    await read(async function* () {
      yield finish(reason);
    });
    expect(breaker.state).toBe('half_open');
    await read(async function* () {
      yield finish('length');
    });
    expect(breaker.state).toBe('closed');
  });

  it('passes the abort of the caller on, and stays neutral over it', async () => {
    const seen: AbortSignal[] = [];
    const outcome = read(async function* ({ signal }) {
      seen.push(signal);
      await hanging(signal);
      yield finish('stop');
    });
    await vi.advanceTimersByTimeAsync(10);
    caller.abort(new WeirError('cancelled', 'left'));
    expect(await outcome).toMatchObject({ code: 'cancelled' });
    expect(seen[0]?.aborted).toBe(true);
    expect([breaker.state, breaker.inFlight]).toEqual(['closed', 0]);
  });

  it('ends work with one answer after its total time, and reports how it ended', async () => {
    const { signal } = new AbortController();
    expect(await guardedWork(async () => 5, signal, parts())).toBe(5);
    const late = guardedWork(hanging, signal, parts()).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await late).toMatchObject({ code: 'engine_failed', details: { expired: 'total' } });
    expect([breaker.state, breaker.inFlight, ...expired]).toEqual(['open', 0, 'total']);
  });
});
