import { Circuit } from './circuit.js';
import { OpenTime } from './open-time.js';
import { CallPermit, type Outcome, type Permit } from './permit.js';

export type BreakerState = 'closed' | 'open' | 'half_open' | 'isolated';

/** Why a breaker changed its state: few values, fit for a metric's label. */
export type BreakerCause =
  'failures' | 'slow_calls' | 'probe_failed' | 'tripped' | 'isolated' | 'probing' | 'recovered' | 'reset' | 'released';

export interface Refusal {
  readonly admitted: false;
  /** Milliseconds after which asking again makes sense. */
  readonly retryAfterMs: number;
  /** `probing`: half open, with as many probes under way as may be. `capacity`: too many calls that have not ended. */
  readonly cause: 'open' | 'isolated' | 'probing' | 'capacity';
}

export type Admission = { readonly admitted: true; readonly permit: Permit } | Refusal;

export type BreakerListener = (state: BreakerState, reason: string, cause: BreakerCause) => void;

export interface Breaker {
  readonly name: string;
  readonly state: BreakerState;
  /** Why it is in this state, in words; empty for a breaker that has never opened. */
  readonly reason: string;
  /** Calls that were admitted and have not ended. */
  readonly inFlight: number;
  /** Asks before a call. A permit must be reported on when the call has really ended. */
  admit(): Admission;
  /** Opens as if calls had failed, for what is known without them. Does nothing while it is isolated. */
  trip(reason: string): void;
  /** Closes because what failed is not there any more, as after a restart. Does nothing while it is isolated. */
  reset(): void;
  /** Keeps every call away until released, whatever the calls do. */
  isolate(reason?: string): void;
  /** Closes, isolated or not. */
  release(): void;
  onChange(listener: BreakerListener): void;
  /** Stops its timers. */
  close(): void;
}

export interface BreakerOptions {
  readonly name: string;
  /** Opens when more than this share of the calls that ended in the window failed, 0 to 100. */
  readonly errorThresholdPercent: number;
  /** Calls below which it never opens. */
  readonly volumeThreshold: number;
  readonly windowMs: number;
  /** Time from the first opening to its probes; each further opening in a row takes twice as long. */
  readonly openMs: number;
  /** Longest time of an opening; default `openMs`, so that all are alike. */
  readonly openCapMs?: number;
  /** Share of an opening's time that chance may take away, 0 to 1; default 0. */
  readonly openJitter?: number;
  /** Closed for so long, the next opening is a first one again; default 60 s. */
  readonly soundMs?: number;
  /** Probes at once while half open; default 1. */
  readonly probes?: number;
  /** Probes that must succeed before it closes; default 1. One that fails opens it again. */
  readonly successThreshold?: number;
  /** A probe that neither ended nor had a piece by then failed; one with a piece succeeded. Default 30 s. */
  readonly probeMs?: number;
  /** Calls at once; a call keeps its place until it has really ended. Default: no limit. */
  readonly capacity?: number;
  /**
   * Opens when at least `percent` of the calls were slow: took longer than `callMs` to their first piece, or to their
   * end where they have none. Calls under way count as soon as they are that old. Default: never.
   */
  readonly slow?: { readonly callMs: number; readonly percent: number };
  /** Milliseconds; default Date.now. */
  readonly now?: () => number;
  /** 0 to 1, for the jitter. */
  readonly random?: () => number;
}

const DEFAULTS = {
  openJitter: 0,
  soundMs: 60_000,
  probes: 1,
  successThreshold: 1,
  probeMs: 30_000,
  capacity: Number.POSITIVE_INFINITY,
  slow: { callMs: 0, percent: 101 },
  now: () => Date.now(),
  random: () => 0,
};
const LEAST_RETRY_MS = 100;
const CAPACITY_RETRY_MS = 1_000;

/** A breaker for calls that take long and report their own end, over opossum's state machine and window. */
export function createBreaker(options: BreakerOptions): Breaker {
  return new CallBreaker(options);
}

class CallBreaker implements Breaker {
  reason = '';
  inFlight = 0;
  readonly #options: Required<BreakerOptions>;
  readonly #circuit: Circuit;
  readonly #openTime: OpenTime;
  readonly #listeners: BreakerListener[] = [];
  #isolated = false;
  #halfOpenAt = 0;
  /** Grows with each change of state. The outcome of a call from an earlier one proves nothing about now. */
  #generation = 0;
  #probesOut = 0;
  #probesPassed = 0;
  #slowInFlight = 0;

  constructor(options: BreakerOptions) {
    this.#options = { ...DEFAULTS, openCapMs: options.openMs, ...options };
    const { name, windowMs, now, random, openMs, openCapMs, openJitter, soundMs } = this.#options;
    this.#circuit = new Circuit({ name, windowMs, now, onHalfOpen: () => this.#onHalfOpen() });
    this.#openTime = new OpenTime({ baseMs: openMs, capMs: openCapMs, jitter: openJitter, soundMs, random, now });
  }

  get name(): string {
    return this.#options.name;
  }

  get state(): BreakerState {
    return this.#isolated ? 'isolated' : this.#circuit.state;
  }

  admit(): Admission {
    const refusal = this.#refusal();
    return refusal ?? { admitted: true, permit: this.#permit() };
  }

  trip(reason: string): void {
    if (!this.#isolated) this.#open(reason, 'tripped');
  }

  reset(): void {
    if (!this.#isolated && this.state !== 'closed') this.#close('The backend was started anew.', 'reset');
  }

  isolate(reason = 'isolated by hand'): void {
    this.#isolated = true;
    this.#circuit.open(this.#options.openMs);
    this.#change('isolated', reason, 'isolated');
  }

  release(): void {
    this.#isolated = false;
    this.#openTime.forget();
    this.#close('released by hand', 'released');
  }

  onChange(listener: BreakerListener): void {
    this.#listeners.push(listener);
  }

  close(): void {
    this.#generation++;
    this.#circuit.shutdown();
  }

  #refusal(): Refusal | undefined {
    const { probes, probeMs, capacity, openMs } = this.#options;
    if (this.#isolated) return refusal('isolated', openMs);
    const { state } = this.#circuit;
    if (state === 'open') return refusal('open', this.#halfOpenAt - this.#options.now());
    if (state === 'half_open' && this.#probesOut >= probes) return refusal('probing', Math.min(probeMs, openMs));
    return this.inFlight >= capacity ? refusal('capacity', CAPACITY_RETRY_MS) : undefined;
  }

  #permit(): Permit {
    const generation = this.#generation;
    const isProbe = this.#circuit.state === 'half_open';
    const isCurrent = () => generation === this.#generation;
    let slow = false;
    this.inFlight++;
    if (isProbe) this.#probesOut++;
    return new CallPermit({
      probeMs: isProbe ? this.#options.probeMs : 0,
      slowMs: this.#options.slow.callMs,
      onSlow: () => {
        slow = true;
        if (isCurrent()) this.#onSlow(isProbe);
      },
      onOutcome: (outcome, failure) => {
        if (!isCurrent()) return;
        if (slow && !isProbe) this.#slowInFlight--;
        if (isProbe) this.#onProbe(outcome, failure);
        else this.#count({ outcome, failure, slow });
      },
      onEnd: () => this.inFlight--,
    });
  }

  #count({ outcome, failure, slow }: { outcome: Outcome; failure: string; slow: boolean }): void {
    if (outcome === 'ignored') return;
    this.#circuit.count(outcome === 'failure', slow);
    const { calls, failures } = this.#circuit.totals;
    const { volumeThreshold, errorThresholdPercent } = this.#options;
    const tooMany = calls >= volumeThreshold && failures * 100 > errorThresholdPercent * calls;
    if (!tooMany || outcome !== 'failure') return this.#openWhenSlow();
    this.#open(`${failures} of ${calls} calls failed, the last with ${failure}.`, 'failures');
  }

  #onSlow(isProbe: boolean): void {
    if (isProbe) return;
    this.#slowInFlight++;
    this.#openWhenSlow();
  }

  #openWhenSlow(): void {
    const totals = this.#circuit.totals;
    const calls = totals.calls + this.#slowInFlight;
    const slow = totals.slow + this.#slowInFlight;
    const { volumeThreshold, slow: limit } = this.#options;
    if (slow === 0 || calls < volumeThreshold || slow * 100 < limit.percent * calls) return;
    this.#open(`${slow} of ${calls} calls took longer than ${limit.callMs} ms.`, 'slow_calls');
  }

  #onProbe(outcome: Outcome, failure: string): void {
    this.#probesOut--;
    if (outcome === 'failure') return this.#open(`A probe failed with ${failure}.`, 'probe_failed');
    if (outcome === 'success') this.#probesPassed++;
    if (this.#probesPassed >= this.#options.successThreshold) this.#close('Its probes succeeded.', 'recovered');
  }

  #open(reason: string, cause: BreakerCause): void {
    const from = this.#circuit.state === 'half_open' ? 'half_open' : 'closed';
    const ms = this.#openTime.next(from);
    this.#halfOpenAt = this.#options.now() + ms;
    this.#circuit.open(ms);
    this.#change('open', reason, cause);
  }

  #onHalfOpen(): void {
    if (!this.#isolated) this.#change('half_open', this.reason, 'probing');
  }

  #close(reason: string, cause: BreakerCause): void {
    this.#circuit.close();
    this.#openTime.onClosed();
    this.#change('closed', reason, cause);
  }

  #change(state: BreakerState, reason: string, cause: BreakerCause): void {
    this.#generation++;
    this.#probesOut = 0;
    this.#probesPassed = 0;
    this.#slowInFlight = 0;
    this.reason = reason;
    for (const listener of this.#listeners) listener(state, reason, cause);
  }
}

function refusal(cause: Refusal['cause'], retryAfterMs: number): Refusal {
  return { admitted: false, cause, retryAfterMs: Math.max(LEAST_RETRY_MS, retryAfterMs) };
}
