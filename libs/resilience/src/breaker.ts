import CircuitBreaker from 'opossum';

export type BreakerState = 'closed' | 'open' | 'half_open';

/** Reports how one admitted call ended. Only the first report counts. */
export interface Permit {
  succeed(): void;
  fail(error: unknown): void;
  /** Neither the backend's success nor its failure: a client error, a cancellation, a local refusal. */
  ignore(): void;
}

export type Admission =
  { readonly admitted: true; readonly permit: Permit } | { readonly admitted: false; readonly retryAfterMs: number };

export interface Breaker {
  readonly name: string;
  readonly state: BreakerState;
  /** Asks before a call. A permit must be reported on exactly when the call has ended. */
  admit(): Admission;
  /** Opens until released, whatever the calls do. */
  isolate(): void;
  release(): void;
  onChange(listener: (state: BreakerState, reason: string) => void): void;
  /** Stops its timers. */
  close(): void;
}

export interface BreakerOptions {
  readonly name: string;
  /** Opens when more than this share of the window's calls failed, 0 to 100. */
  readonly errorThresholdPercent: number;
  /** Calls in the window below which it never opens. */
  readonly volumeThreshold: number;
  readonly windowMs: number;
  /** Time from opening to the first probe. */
  readonly openMs: number;
  /** A probe that has not reported by then failed; default 30 s. */
  readonly probeMs?: number;
  readonly now?: () => number;
}

const IGNORED = Symbol('ignored');

/** A breaker over opossum, with calls that report their own end instead of one promise with one timeout. */
export function createBreaker(options: BreakerOptions): Breaker {
  return new OpossumBreaker(options);
}

class OpossumBreaker implements Breaker {
  readonly name: string;
  readonly #options: BreakerOptions;
  readonly #circuit: CircuitBreaker<[Promise<void>], void>;
  readonly #listeners: ((state: BreakerState, reason: string) => void)[] = [];
  readonly #now: () => number;
  #openedAt = 0;
  #probing = false;
  #isolated = false;

  constructor(options: BreakerOptions) {
    this.name = options.name;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#circuit = new CircuitBreaker((outcome: Promise<void>) => outcome, {
      name: options.name,
      timeout: false,
      errorThresholdPercentage: options.errorThresholdPercent,
      volumeThreshold: options.volumeThreshold,
      rollingCountTimeout: options.windowMs,
      resetTimeout: options.openMs,
    });
    this.#circuit.on('open', () => {
      this.#openedAt = this.#now();
      this.#tell('open', this.#isolated ? 'isolated' : 'failures');
    });
    this.#circuit.on('halfOpen', () => this.#tell('half_open', 'probing'));
    this.#circuit.on('close', () => this.#tell('closed', 'recovered'));
  }

  get state(): BreakerState {
    if (this.#circuit.opened) return 'open';
    return this.#circuit.halfOpen ? 'half_open' : 'closed';
  }

  admit(): Admission {
    const state = this.state;
    if (this.#isolated || state === 'open' || (state === 'half_open' && this.#probing)) return this.#refuse();
    return { admitted: true, permit: state === 'half_open' ? this.#probe() : this.#counted() };
  }

  isolate(): void {
    this.#isolated = true;
    this.#circuit.open();
  }

  release(): void {
    this.#isolated = false;
    this.#circuit.close();
  }

  onChange(listener: (state: BreakerState, reason: string) => void): void {
    this.#listeners.push(listener);
  }

  close(): void {
    this.#circuit.shutdown();
  }

  #refuse(): Admission {
    const left = this.#openedAt + this.#options.openMs - this.#now();
    return { admitted: false, retryAfterMs: Math.max(100, left) };
  }

  /**
   * opossum counts an ignored error as a success, so an ignored call never reaches it: it is fired only once its outcome
   * is known. A late success of a call from before the opening is dropped, because it proves nothing about now.
   */
  #counted(): Permit {
    return once((outcome) => {
      if (outcome === IGNORED || this.state !== 'closed') return;
      this.#fire(outcome);
    });
  }

  #probe(): Permit {
    this.#probing = true;
    const deadline = setTimeout(() => permit.fail(new Error('probe deadline')), this.#options.probeMs ?? 30_000);
    deadline.unref();
    const permit = once((outcome) => {
      clearTimeout(deadline);
      this.#probing = false;
      if (outcome !== IGNORED && this.state === 'half_open') this.#fire(outcome);
    });
    return permit;
  }

  #fire(failure: unknown): void {
    const outcome = failure === undefined ? Promise.resolve() : Promise.reject(failure);
    this.#circuit.fire(outcome).then(undefined, () => undefined);
  }

  #tell(state: BreakerState, reason: string): void {
    for (const listener of this.#listeners) listener(state, reason);
  }
}

/** `report` gets undefined for success, IGNORED, or the error. */
function once(report: (outcome: unknown) => void): Permit {
  let reported = false;
  const end = (outcome: unknown) => {
    if (reported) return;
    reported = true;
    report(outcome);
  };
  return {
    succeed: () => end(undefined),
    fail: (error) => end(error ?? new Error('failed')),
    ignore: () => end(IGNORED),
  };
}
