import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBreaker, type Breaker, type Permit } from './breaker.js';

const failure = new Error('backend');

describe('createBreaker', () => {
  let breaker: Breaker;
  const create = () =>
    createBreaker({
      name: 't',
      errorThresholdPercent: 50,
      volumeThreshold: 4,
      windowMs: 10_000,
      openMs: 1000,
      probeMs: 500,
    });

  const permit = (): Permit => {
    const admission = breaker.admit();
    if (!admission.admitted) throw new TypeError('not admitted');
    return admission.permit;
  };
  const settle = () => vi.advanceTimersByTimeAsync(0);

  async function open(): Promise<void> {
    for (let call = 0; call < 5; call++) permitIfAny()?.fail(failure);
    await settle();
    expect(breaker.state).toBe('open');
  }
  const permitIfAny = () => {
    const admission = breaker.admit();
    return admission.admitted ? admission.permit : undefined;
  };

  beforeEach(() => {
    vi.useFakeTimers();
    breaker = create();
  });
  afterEach(() => {
    breaker.close();
    vi.useRealTimers();
  });

  it('opens on failures and says when to come back', async () => {
    await open();
    expect(breaker.admit()).toEqual({ admitted: false, retryAfterMs: expect.closeTo(1000, -2) });
  });

  it('stays closed below its volume, and for ignored outcomes', async () => {
    permit().fail(failure);
    for (let call = 0; call < 50; call++) permit().ignore();
    await settle();
    expect(breaker.state).toBe('closed');
  });

  it('lets one probe through and closes on its success', async () => {
    await open();
    await vi.advanceTimersByTimeAsync(1000);
    expect(breaker.state).toBe('half_open');
    const probe = permit();
    expect(breaker.admit().admitted).toBe(false);
    probe.succeed();
    await settle();
    expect(breaker.state).toBe('closed');
  });

  it('does not close on an ignored probe and lets another one through', async () => {
    await open();
    await vi.advanceTimersByTimeAsync(1000);
    permit().ignore();
    await settle();
    expect(breaker.state).toBe('half_open');
    permit().fail(failure);
    await settle();
    expect(breaker.state).toBe('open');
  });

  it('counts a probe that never ends as failed', async () => {
    await open();
    await vi.advanceTimersByTimeAsync(1000);
    permit();
    await vi.advanceTimersByTimeAsync(500);
    expect(breaker.state).toBe('open');
  });

  it('does not close on the late success of a call from before it opened', async () => {
    const late = permit();
    await open();
    await vi.advanceTimersByTimeAsync(1000);
    late.succeed();
    await settle();
    expect(breaker.state).toBe('half_open');
  });

  it('can be isolated by hand and tells its listeners', async () => {
    const seen: string[] = [];
    breaker.onChange((state, reason) => seen.push(`${state}:${reason}`));
    breaker.isolate();
    await vi.advanceTimersByTimeAsync(5000);
    expect(breaker.admit().admitted).toBe(false);
    breaker.release();
    expect(breaker.admit().admitted).toBe(true);
    expect(seen[0]).toBe('open:isolated');
    expect(seen.at(-1)).toBe('closed:recovered');
  });

  it('takes the first report of a permit only', async () => {
    for (let call = 0; call < 8; call++) {
      const one = permit();
      one.succeed();
      one.fail(failure);
    }
    await settle();
    expect(breaker.state).toBe('closed');
  });
});
