import { isWeirError } from '@weir/errors';
import { CallWatch, type CallDeadlines, type Expiry } from './call-watch.js';

export interface WatchedCall extends CallDeadlines {
  /** Longest wait in a queue of our own before the call starts; default 0. */
  readonly queueMs?: number;
  /** A deadline has passed, and the call counts as failed: abort it, and no other one. */
  readonly onExpire: (kind: Expiry) => void;
}

/**
 * One admitted call. The first of `succeed`, `fail` and `ignore` is its outcome, and each of them says that the call has
 * really ended: only then is its place free. A deadline of the breaker or of `watch` that passes before is its outcome,
 * too, but frees nothing.
 */
export interface Permit {
  succeed(): void;
  fail(error: unknown): void;
  /** Neither the backend's success nor its failure: a client error, a cancellation, a local refusal. */
  ignore(): void;
  /** Deadlines for the pieces of a stream. The watch ends with the call. */
  watch(call: WatchedCall): CallWatch;
}

const EXPIRED: Record<Expiry, string> = {
  first: 'no first piece in time',
  gap: 'a gap in its stream',
  total: 'no end in time',
};

export type Outcome = 'success' | 'failure' | 'ignored';

export interface CallPermitOptions {
  /** Milliseconds without a first piece or an end after which the call is slow; 0 = never. */
  readonly slowMs: number;
  readonly onSlow: () => void;
  /** Milliseconds after which a probe has failed, or succeeded if it has had a piece; 0 = it is none. */
  readonly probeMs: number;
  /** Called once; `failure` is a word for what failed, empty for the other outcomes. */
  readonly onOutcome: (outcome: Outcome, failure: string) => void;
  /** Called once, when the call has really ended. */
  readonly onEnd: () => void;
}

export class CallPermit implements Permit {
  readonly #options: CallPermitOptions;
  #watch: CallWatch | undefined;
  #slow: NodeJS.Timeout | undefined;
  #probe: NodeJS.Timeout | undefined;
  #outcome: Outcome | undefined;
  #ended = false;

  constructor(options: CallPermitOptions) {
    this.#options = options;
    const { slowMs, onSlow, probeMs } = options;
    if (slowMs > 0) this.#slow = setTimeout(onSlow, slowMs).unref();
    if (probeMs > 0) this.#probe = setTimeout(() => this.#judgeProbe(), probeMs).unref();
  }

  succeed(): void {
    this.#end('success');
  }

  fail(error: unknown): void {
    this.#end('failure', isWeirError(error) ? error.code : 'an error');
  }

  ignore(): void {
    this.#end('ignored');
  }

  watch({ onExpire, ...limits }: WatchedCall): CallWatch {
    const { slowMs, onSlow } = this.#options;
    clearTimeout(this.#slow);
    this.#watch?.[Symbol.dispose]();
    this.#watch = new CallWatch({
      ...limits,
      slowMs,
      onSlow,
      onExpire: (kind, waiting) => {
        this.#record(waiting ? 'failure' : 'ignored', EXPIRED[kind]);
        onExpire(kind);
      },
    });
    if (this.#ended) this.#watch[Symbol.dispose]();
    return this.#watch;
  }

  #judgeProbe(): void {
    this.#record(this.#watch?.begun ? 'success' : 'failure', 'its deadline');
  }

  /** The outcome without the end. */
  #record(outcome: Outcome, failure = ''): void {
    if (this.#outcome) return;
    this.#outcome = outcome;
    clearTimeout(this.#slow);
    clearTimeout(this.#probe);
    this.#options.onOutcome(outcome, failure);
  }

  #end(outcome: Outcome, failure = ''): void {
    this.#record(outcome, failure);
    if (this.#ended) return;
    this.#ended = true;
    this.#watch?.[Symbol.dispose]();
    this.#options.onEnd();
  }
}
