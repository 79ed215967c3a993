import CircuitBreaker from 'opossum';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBreaker, type Breaker, type BreakerOptions } from './breaker.js';
import type { Permit } from './permit.js';

/** What goes wrong when raw opossum guards calls that stream for minutes. Each trap: what is wanted, and what both do. */
interface Trap {
  readonly name: string;
  readonly wanted: unknown;
  raw(): Promise<unknown>;
  ours(): Promise<unknown>;
}

const OPEN_MS = 1_000;
const failure = new Error('backend');
const clientError = Object.assign(new Error('bad request'), { client: true });
const opened: { close(): void }[] = [];

type Work = () => Promise<unknown>;

function opossum(options: CircuitBreaker.Options<[Work]>) {
  const circuit = new CircuitBreaker<[Work], unknown>((work) => work(), {
    timeout: false,
    resetTimeout: OPEN_MS,
    ...options,
  });
  opened.push({ close: () => circuit.shutdown() });
  const fire = (work: Work) =>
    circuit.fire(work).then(
      () => 'ok',
      (error: { code?: string }) => error.code ?? 'failed',
    );
  const state = () => (circuit.opened ? 'open' : circuit.halfOpen ? 'half_open' : 'closed');
  return { circuit, fire, state };
}

function weir(options: Partial<BreakerOptions> = {}) {
  const breaker = createBreaker({
    name: 't',
    errorThresholdPercent: 50,
    volumeThreshold: 0,
    windowMs: 10_000,
    openMs: OPEN_MS,
    ...options,
  });
  opened.push(breaker);
  return breaker;
}

function admitted(breaker: Breaker): Permit | undefined {
  const admission = breaker.admit();
  return admission.admitted ? admission.permit : undefined;
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const never: Work = () => new Promise(() => undefined);
const after =
  (ms: number, error?: Error): Work =>
  () =>
    new Promise((resolve, reject) => setTimeout(() => (error ? reject(error) : resolve(undefined)), ms));
const fails: Work = () => Promise.reject(failure);

const TRAPS: readonly Trap[] = [
  {
    name: 'a: a refusal for lack of room is not a failure of the backend',
    wanted: 'closed',
    async raw() {
      const { fire, state } = opossum({ capacity: 1 });
      void fire(after(100));
      await Promise.all([fire(after(1)), fire(after(1))]);
      return state();
    },
    async ours() {
      const breaker = weir({ capacity: 1 });
      const healthy = admitted(breaker);
      expect(breaker.admit()).toMatchObject({ admitted: false, cause: 'capacity', retryAfterMs: 1_000 });
      admitted(breaker);
      await pass(100);
      healthy?.succeed();
      return breaker.state;
    },
  },
  {
    name: "b: a client's error does not close a half-open breaker",
    wanted: 'half_open',
    async raw() {
      const { fire, state } = opossum({ errorFilter: (error: { client?: boolean }) => error.client === true });
      await fire(fails);
      await pass(OPEN_MS);
      await fire(() => Promise.reject(clientError));
      return state();
    },
    async ours() {
      const breaker = weir();
      admitted(breaker)?.fail(failure);
      await pass(OPEN_MS);
      admitted(breaker)?.ignore();
      return breaker.state;
    },
  },
  {
    name: 'c: long calls that fail open it',
    wanted: 'open',
    async raw() {
      const { fire, state } = opossum({ volumeThreshold: 5 });
      const calls = Array.from({ length: 50 }, () => fire(after(30_000, failure)));
      await pass(30_000);
      await Promise.all(calls);
      return state();
    },
    async ours() {
      const breaker = weir({ volumeThreshold: 5 });
      const permits = Array.from({ length: 50 }, () => admitted(breaker));
      await pass(30_000);
      for (const permit of permits) permit?.fail(failure);
      return breaker.state;
    },
  },
  {
    name: 'c: one long call that fails below the volume does not open it',
    wanted: 'closed',
    async raw() {
      const { fire, state } = opossum({ volumeThreshold: 0 });
      const calls = [fire(after(30_000)), fire(after(30_000)), fire(after(30_000, failure))];
      await pass(30_000);
      await Promise.all(calls);
      return state();
    },
    async ours() {
      const breaker = weir({ volumeThreshold: 0 });
      const permits = [admitted(breaker), admitted(breaker), admitted(breaker)];
      await pass(30_000);
      permits[0]?.succeed();
      permits[1]?.succeed();
      permits[2]?.fail(failure);
      return breaker.state;
    },
  },
  {
    name: 'd: a time-out aborts its own call only',
    wanted: { hung: true, younger: false },
    async raw() {
      const abortController = new AbortController();
      const { fire } = opossum({ abortController, timeout: 100 });
      void fire(never);
      await pass(90);
      void fire(after(50));
      await pass(10);
      return { hung: abortController.signal.aborted, younger: abortController.signal.aborted };
    },
    async ours() {
      const breaker = weir();
      const aborted = { hung: false, younger: false };
      const limits = { firstMs: 100, gapMs: 0, totalMs: 0 };
      admitted(breaker)?.watch({ ...limits, onExpire: () => (aborted.hung = true) });
      await pass(90);
      admitted(breaker)?.watch({ ...limits, onExpire: () => (aborted.younger = true) });
      await pass(10);
      return aborted;
    },
  },
  {
    name: 'e: a time-out frees no place while the work goes on',
    wanted: 2,
    async raw() {
      let running = 0;
      const { fire } = opossum({ capacity: 2, timeout: 10, errorThresholdPercentage: 100 });
      for (let turn = 0; turn < 5; turn++) {
        for (let call = 0; call < 2; call++) void fire(() => (running++, never()));
        await pass(10);
      }
      return running;
    },
    async ours() {
      const breaker = weir({ capacity: 2, errorThresholdPercent: 100 });
      let running = 0;
      for (let turn = 0; turn < 5; turn++) {
        for (let call = 0; call < 2; call++) {
          const permit = admitted(breaker);
          if (permit) running++;
          permit?.watch({ firstMs: 10, gapMs: 0, totalMs: 0, onExpire: () => undefined });
        }
        await pass(10);
      }
      return running;
    },
  },
  {
    name: 'f: a probe that hangs does not leave it half open for ever',
    wanted: 'another probe is let through',
    async raw() {
      const { fire } = opossum({});
      await fire(fails);
      await pass(OPEN_MS);
      void fire(never);
      await pass(3_600_000);
      const answer = await fire(after(0));
      return answer === 'ok' ? 'another probe is let through' : answer;
    },
    async ours() {
      const breaker = weir({ probeMs: 30_000 });
      admitted(breaker)?.fail(failure);
      await pass(OPEN_MS);
      expect(admitted(breaker)).toBeDefined();
      await pass(30_000);
      expect(breaker.state).toBe('open');
      await pass(OPEN_MS);
      return admitted(breaker) ? 'another probe is let through' : 'refused';
    },
  },
  {
    name: 'g: a late success of a call from before proves nothing',
    wanted: 'half_open',
    async raw() {
      const { fire, state } = opossum({});
      void fire(after(OPEN_MS + 500));
      await fire(fails);
      await pass(OPEN_MS + 500);
      return state();
    },
    async ours() {
      const breaker = weir({ volumeThreshold: 1 });
      const late = admitted(breaker);
      admitted(breaker)?.fail(failure);
      await pass(OPEN_MS + 500);
      late?.succeed();
      return breaker.state;
    },
  },
  {
    name: 'h: refused calls do not dilute the error rate',
    wanted: 'open',
    async raw() {
      const { circuit, fire, state } = opossum({ errorThresholdPercentage: 50 });
      circuit.open();
      await Promise.all(Array.from({ length: 9 }, () => fire(after(0))));
      circuit.close();
      await Promise.all([fire(fails), fire(fails)]);
      return state();
    },
    async ours() {
      const breaker = weir();
      breaker.trip('x');
      for (let call = 0; call < 9; call++) admitted(breaker)?.succeed();
      breaker.reset();
      admitted(breaker)?.fail(failure);
      admitted(breaker)?.fail(failure);
      return breaker.state;
    },
  },
];

describe.each(TRAPS)('trap $name', ({ wanted, raw, ours }) => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    for (const breaker of opened.splice(0)) breaker.close();
    vi.useRealTimers();
  });

  it('catches raw opossum', async () => expect(await settled(raw())).not.toEqual(wanted));
  it('does not catch ours', async () => expect(await settled(ours())).toEqual(wanted));
});

/** Lets microtasks and timers that are due run while the scenario goes on. */
async function settled(scenario: Promise<unknown>): Promise<unknown> {
  let over = false;
  const ended = scenario.finally(() => (over = true));
  for (let turn = 0; turn < 1_000 && !over; turn++) await pass(0);
  return ended;
}
