import { EventEmitter } from 'node:events';
import CircuitBreaker from 'opossum';

export type CircuitState = 'closed' | 'open' | 'half_open';

/** Calls of the window that have ended. */
export interface Totals {
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
}

export interface CircuitOptions {
  readonly name: string;
  readonly windowMs: number;
  readonly now: () => number;
  readonly onHalfOpen: () => void;
}

const BUCKETS = 10;

/**
 * opossum's state machine, reset timer and rolling window, without its `fire`: that counts starts apart from ends, ties
 * one time-out to the whole call and lets one probe decide. Ends are given to it as the events it counts itself.
 */
export class Circuit {
  readonly #options: CircuitOptions;
  readonly #opossum: CircuitBreaker<[], void>;
  /** The same object that opossum reads its reset time from at each opening. */
  readonly #settings: CircuitBreaker.Options<[]>;
  readonly #rotation = new EventEmitter();
  #rotatedAt: number;

  constructor(options: CircuitOptions) {
    this.#options = options;
    this.#rotatedAt = options.now();
    this.#settings = {
      name: options.name,
      timeout: false,
      rollingCountBuckets: BUCKETS,
      rollingCountTimeout: options.windowMs,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
      rotateBucketController: this.#rotation,
    };
    this.#opossum = new CircuitBreaker<[], void>(async () => undefined, this.#settings);
    this.#opossum.on('halfOpen', () => options.onHalfOpen());
  }

  get state(): CircuitState {
    if (this.#opossum.opened) return 'open';
    return this.#opossum.halfOpen ? 'half_open' : 'closed';
  }

  get totals(): Totals {
    this.#rotate();
    const { fires, failures, timeouts } = this.#opossum.stats;
    return { calls: fires, failures, slow: timeouts };
  }

  /** A call that ended now. Only for a closed circuit. */
  count(failed: boolean, slow: boolean): void {
    this.#rotate();
    this.#opossum.emit('fire');
    this.#opossum.emit(failed ? 'failure' : 'success');
    if (slow) this.#opossum.emit('timeout');
  }

  /** Opens for so many milliseconds; open already, its time begins anew. */
  open(ms: number): void {
    if (this.#opossum.opened) this.#opossum.close();
    this.#settings.resetTimeout = ms;
    this.#opossum.open();
  }

  /** Closes with an empty window: what failed before says nothing about what comes. */
  close(): void {
    this.#opossum.close();
    for (let bucket = 0; bucket < BUCKETS; bucket++) this.#rotation.emit('rotate');
    this.#rotatedAt = this.#options.now();
  }

  shutdown(): void {
    this.#opossum.shutdown();
  }

  #rotate(): void {
    const bucketMs = this.#options.windowMs / BUCKETS;
    const due = Math.floor((this.#options.now() - this.#rotatedAt) / bucketMs);
    for (let bucket = 0; bucket < Math.min(due, BUCKETS); bucket++) this.#rotation.emit('rotate');
    if (due > 0) this.#rotatedAt += due * bucketMs;
  }
}
