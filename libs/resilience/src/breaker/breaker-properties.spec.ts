import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBreaker, type Breaker } from './breaker.js';
import type { Permit } from './permit.js';

const PROBES = 3;
const CAPACITY = 6;
const OPEN_CAP_MS = 4_000;
const PROBE_MS = 500;
const DEADLINES = { firstMs: 700, gapMs: 300, totalMs: 5_000 };

type Action =
  | { readonly kind: 'admit' | 'watch' | 'isolate' | 'release' | 'trip' | 'reset' }
  | { readonly kind: 'succeed' | 'fail' | 'ignore' | 'progress'; readonly which: number }
  | { readonly kind: 'wait'; readonly ms: number };

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<Action>({ kind: 'admit' }, { kind: 'watch' }) },
  { weight: 1, arbitrary: fc.constantFrom('isolate', 'release', 'trip', 'reset').map((kind) => ({ kind })) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constantFrom('succeed', 'fail', 'ignore', 'progress'), which: fc.nat(CAPACITY) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(1_500) }) },
);

/** A breaker, what its caller knows of it, and what must always hold. */
class Model {
  readonly breaker: Breaker;
  readonly permits: { permit: Permit; watch: ReturnType<Permit['watch']> | undefined }[] = [];
  isolated = false;

  constructor(random: () => number) {
    this.breaker = createBreaker({
      name: 't',
      errorThresholdPercent: 50,
      volumeThreshold: 3,
      windowMs: 2_000,
      openMs: 1_000,
      openCapMs: OPEN_CAP_MS,
      openJitter: 0.5,
      probes: PROBES,
      successThreshold: 2,
      probeMs: PROBE_MS,
      capacity: CAPACITY,
      slow: { callMs: 400, percent: 80 },
      random,
    });
  }

  run(next: Action): void {
    if (next.kind === 'wait') vi.advanceTimersByTime(next.ms);
    else if ('which' in next) this.report(next);
    else if (next.kind === 'admit' || next.kind === 'watch') this.admit(next.kind === 'watch');
    else this.command(next.kind);
    this.check();
  }

  admit(watched: boolean): boolean {
    const before = this.breaker.state;
    const admission = this.breaker.admit();
    if (!admission.admitted) {
      expect(admission.retryAfterMs).toBeGreaterThan(0);
      return false;
    }
    expect(['closed', 'half_open']).toContain(before);
    const watch = watched ? admission.permit.watch({ ...DEADLINES, onExpire: () => undefined }) : undefined;
    this.permits.push({ permit: admission.permit, watch });
    return true;
  }

  report({ kind, which }: Extract<Action, { which: number }>): void {
    const call = this.permits[which];
    if (!call) return;
    if (kind === 'progress') return call.watch?.onProgress();
    this.permits.splice(which, 1);
    if (kind === 'fail') call.permit.fail(new Error('x'));
    else call.permit[kind]();
  }

  command(kind: 'isolate' | 'release' | 'trip' | 'reset'): void {
    if (kind === 'trip') this.breaker.trip('x');
    else this.breaker[kind]();
    if (kind === 'isolate' || kind === 'release') this.isolated = kind === 'isolate';
  }

  check(): void {
    expect(this.breaker.state === 'isolated').toBe(this.isolated);
    expect(this.breaker.inFlight).toBe(this.permits.length);
    expect(this.breaker.inFlight).toBeLessThanOrEqual(CAPACITY);
  }
}

describe('a breaker under any sequence of calls', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const actions = fc.array(action, { maxLength: 80 });

  it('keeps to its capacity, to isolation by hand, and is never stuck', () => {
    fc.assert(
      fc.property(actions, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (sequence, chance) => {
        const model = new Model(() => chance.next().value ?? 0);
        for (const next of sequence) model.run(next);
        if (model.isolated) model.command('release');
        for (let call = model.permits.length; call > 0; call--) model.report({ kind: 'ignore', which: 0 });
        vi.advanceTimersByTime(OPEN_CAP_MS + PROBE_MS);
        for (let turn = 0; turn < 2; turn++) {
          expect(model.admit(false)).toBe(true);
          model.report({ kind: 'succeed', which: 0 });
        }
        expect(model.breaker.state).toBe('closed');
        model.breaker.close();
      }),
    );
  });

  it('never has more probes at once than it may, however they end', () => {
    const ends = fc.array(fc.tuple(fc.constantFrom('ignore', 'succeed', 'hang'), fc.nat(200)), { maxLength: 40 });
    fc.assert(
      fc.property(ends, (turns) => {
        const model = new Model(() => 0);
        model.breaker.trip('x');
        vi.advanceTimersByTime(1_000);
        const probes: Permit[] = [];
        for (const [end, ms] of turns) {
          for (let admission = model.breaker.admit(); admission.admitted; admission = model.breaker.admit()) {
            probes.push(admission.permit);
            if (model.breaker.state === 'half_open') expect(probes.length).toBeLessThanOrEqual(PROBES);
            if (probes.length > CAPACITY) break;
          }
          const wasHalfOpen = model.breaker.state === 'half_open';
          vi.advanceTimersByTime(ms);
          // Not half open without a break: those probes are calls of the past.
          if (!wasHalfOpen || model.breaker.state !== 'half_open') break;
          if (end === 'hang') continue;
          probes.shift()?.[end as 'ignore']();
        }
        model.breaker.close();
      }),
    );
  });

  it('opens again when every probe hangs, for as long as they do', () => {
    const model = new Model(() => 0);
    model.breaker.trip('x');
    const seen: string[] = [];
    model.breaker.onChange((state) => seen.push(state));
    for (let turn = 0; turn < 20; turn++) {
      vi.advanceTimersByTime(OPEN_CAP_MS);
      const admission = model.breaker.admit();
      vi.advanceTimersByTime(PROBE_MS);
      if (admission.admitted) admission.permit.ignore();
    }
    expect(seen.filter((state) => state === 'half_open').length).toBeGreaterThanOrEqual(10);
    expect(seen).not.toContain('closed');
    model.breaker.close();
  });
});
