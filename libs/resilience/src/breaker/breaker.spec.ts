import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBreaker, type Breaker, type BreakerOptions } from './breaker.js';
import { OpenTime } from './open-time.js';
import type { Permit } from './permit.js';

const failure = new Error('backend');

describe('createBreaker', () => {
  let breaker: Breaker;
  const create = (more: Partial<BreakerOptions> = {}) => {
    breaker?.close();
    breaker = createBreaker({
      name: 't',
      errorThresholdPercent: 50,
      volumeThreshold: 4,
      windowMs: 10_000,
      openMs: 1000,
      probeMs: 500,
      ...more,
    });
  };

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
    create();
  });
  afterEach(() => {
    breaker.close();
    vi.useRealTimers();
  });

  it('opens on failures and says when to come back', async () => {
    await open();
    expect(breaker.admit()).toEqual({ admitted: false, cause: 'open', retryAfterMs: 1000 });
    expect(breaker.reason).toBe('4 of 4 calls failed, the last with an error.');
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

  it('can be isolated by hand, with a reason, and nothing but a release ends it', async () => {
    const seen: string[] = [];
    breaker.onChange((state, reason, cause) => seen.push(`${state}: ${reason} (${cause})`));
    const before = permit();
    breaker.isolate('a bad disk');
    before.succeed();
    breaker.trip('x');
    breaker.reset();
    await vi.advanceTimersByTimeAsync(5000);
    expect(breaker.state).toBe('isolated');
    expect(breaker.admit()).toMatchObject({ admitted: false, cause: 'isolated' });
    breaker.release();
    expect(breaker.admit().admitted).toBe(true);
    expect(seen).toEqual(['isolated: a bad disk (isolated)', 'closed: released by hand (released)']);
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

  it('forgets the failures of before when it closes', async () => {
    await open();
    await vi.advanceTimersByTimeAsync(1000);
    permit().succeed();
    permit().fail(failure);
    expect(breaker.state).toBe('closed');
  });

  it('forgets outcomes when they leave the window', async () => {
    for (let call = 0; call < 3; call++) permit().fail(failure);
    await vi.advanceTimersByTimeAsync(11_000);
    permit().fail(failure);
    expect(breaker.state).toBe('closed');
  });

  it('asks for several successes of several probes at once', async () => {
    create({ probes: 2, successThreshold: 3 });
    await open();
    await vi.advanceTimersByTimeAsync(1000);
    const [first, second] = [permit(), permit()];
    expect(breaker.admit()).toMatchObject({ admitted: false, cause: 'probing' });
    first.succeed();
    second.succeed();
    expect(breaker.state).toBe('half_open');
    permit().succeed();
    expect(breaker.state).toBe('closed');
  });

  it('takes a probe that streams for a success at the deadline of probes', async () => {
    await open();
    await vi.advanceTimersByTimeAsync(1000);
    const deadlines = { firstMs: 0, gapMs: 0, totalMs: 0, onExpire: () => undefined };
    permit().watch(deadlines).onProgress();
    await vi.advanceTimersByTimeAsync(500);
    expect(breaker.state).toBe('closed');
  });

  it('opens for longer each time in a row', async () => {
    create({ openCapMs: 3000 });
    const lengths: number[] = [];
    await open();
    for (let turn = 0; turn < 4; turn++) {
      const admission = breaker.admit();
      if (!admission.admitted) lengths.push(admission.retryAfterMs);
      await vi.advanceTimersByTimeAsync(lengths.at(-1) ?? 0);
      permit().fail(failure);
    }
    expect(lengths).toEqual([1000, 2000, 3000, 3000]);
  });

  it('opens for slow calls, and counts those under way as soon as they are old', async () => {
    create({ slow: { callMs: 200, percent: 80 } });
    permit().succeed();
    for (let call = 0; call < 3; call++) permit();
    await vi.advanceTimersByTimeAsync(200);
    expect(breaker.state).toBe('closed');
    permit();
    await vi.advanceTimersByTimeAsync(200);
    expect(breaker.state).toBe('open');
    expect(breaker.reason).toBe('4 of 5 calls took longer than 200 ms.');
  });

  it('does not take a call for slow that streams, or that waited in a queue', async () => {
    create({ slow: { callMs: 200, percent: 50 }, volumeThreshold: 1 });
    const deadlines = { firstMs: 0, gapMs: 0, totalMs: 0, queueMs: 60_000, onExpire: () => undefined };
    const watch = permit().watch(deadlines);
    await vi.advanceTimersByTimeAsync(5000);
    watch.onStarted();
    await vi.advanceTimersByTimeAsync(199);
    watch.onProgress();
    await vi.advanceTimersByTimeAsync(5000);
    expect(breaker.state).toBe('closed');
    permit().watch(deadlines).onStarted();
    await vi.advanceTimersByTimeAsync(200);
    expect(breaker.state).toBe('open');
  });

  it('counts a slow call once: while it is under way, then as one that has ended', async () => {
    create({ slow: { callMs: 200, percent: 60 } });
    const slow = [permit(), permit()];
    await vi.advanceTimersByTimeAsync(200);
    for (const call of slow) call.ignore();
    for (let call = 0; call < 2; call++) permit().succeed();
    const other = permit();
    await vi.advanceTimersByTimeAsync(200);
    other.succeed();
    permit().succeed();
    expect(breaker.state).toBe('closed');
  });

  it('opens anew when it is tripped while it is open', async () => {
    breaker.trip('x');
    await vi.advanceTimersByTimeAsync(900);
    breaker.trip('y');
    await vi.advanceTimersByTimeAsync(900);
    expect(breaker.state).toBe('open');
    await vi.advanceTimersByTimeAsync(100);
    expect(breaker.state).toBe('half_open');
  });

  it('trips and resets on what is known without calls', () => {
    breaker.trip('no progress');
    expect([breaker.state, breaker.reason]).toEqual(['open', 'no progress']);
    breaker.reset();
    expect(breaker.state).toBe('closed');
  });
});

describe('OpenTime', () => {
  it('grows to its cap, with jitter that only takes away, and starts anew after a sound time', () => {
    let now = 0;
    const options = { baseMs: 100, capMs: 1000, jitter: 0.5, soundMs: 5000, now: () => now };
    const longest = new OpenTime({ ...options, random: () => 0 });
    expect(Array.from({ length: 6 }, () => longest.next('half_open'))).toEqual([100, 200, 400, 800, 1000, 1000]);
    longest.onClosed();
    now += 4999;
    expect(longest.next('closed')).toBe(1000);
    longest.onClosed();
    now += 5000;
    expect(longest.next('closed')).toBe(100);
    const shortest = new OpenTime({ ...options, random: () => 1 });
    expect(Array.from({ length: 6 }, () => shortest.next('half_open'))).toEqual([50, 100, 200, 400, 500, 500]);
  });
});
