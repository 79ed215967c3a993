/** Longest waits of one call in milliseconds; 0 = no limit. */
export interface CallDeadlines {
  /** From its start to its first piece. */
  readonly firstMs: number;
  /** Between two pieces. */
  readonly gapMs: number;
  /** From its admission to its end. */
  readonly totalMs: number;
}

export type Expiry = 'first' | 'gap' | 'total';

export interface CallWatchOptions extends CallDeadlines {
  /** Longest wait in a queue of our own before the call starts, added to the deadline while it waits; default 0. */
  readonly queueMs?: number;
  /** Called at most once; `waiting` is false while the call waits for its reader and not for its backend. */
  readonly onExpire: (kind: Expiry, waiting: boolean) => void;
  /** A call that runs for so long without a first piece is slow; default 0 = never. */
  readonly slowMs?: number;
  readonly onSlow?: () => void;
}

/**
 * Watches one streaming call: first piece, gap between pieces, total. It only tells that a deadline has passed; the
 * caller aborts this call and no other. Disposing it ends the watch.
 */
export class CallWatch implements Disposable {
  readonly #options: CallWatchOptions;
  readonly #total: NodeJS.Timeout | undefined;
  #wait: NodeJS.Timeout | undefined;
  #slow: NodeJS.Timeout | undefined;
  #begun = false;
  #paused = false;
  #over = false;

  constructor(options: CallWatchOptions) {
    this.#options = options;
    this.#total = after(options.totalMs, () => this.#expire('total'));
    if (options.queueMs) this.onQueued();
    else this.onStarted();
  }

  /** Whether a piece has come. */
  get begun(): boolean {
    return this.#begun;
  }

  /** It waits in a queue of our own: that time is not its backend's. */
  onQueued(): void {
    clearTimeout(this.#slow);
    this.#arm(this.#options.queueMs ?? 0);
  }

  /** The backend works on it from now on. */
  onStarted(): void {
    this.#arm(0);
    const { slowMs = 0, onSlow } = this.#options;
    clearTimeout(this.#slow);
    if (!this.#begun && !this.#over && onSlow) this.#slow = after(slowMs, onSlow);
  }

  /** A piece has come. */
  onProgress(): void {
    if (this.#begun) {
      this.#wait?.refresh();
      return;
    }
    this.#begun = true;
    clearTimeout(this.#slow);
    this.#arm(0);
  }

  /** The reader is at work: its time does not count as a gap. */
  pause(): void {
    this.#paused = true;
  }

  /** The next piece is awaited from now on. */
  resume(): void {
    this.#paused = false;
    if (!this.#over) this.#wait?.refresh();
  }

  [Symbol.dispose](): void {
    this.#over = true;
    for (const timer of [this.#total, this.#wait, this.#slow]) clearTimeout(timer);
  }

  #arm(queueMs: number): void {
    clearTimeout(this.#wait);
    if (this.#over) return;
    const { firstMs, gapMs } = this.#options;
    const limit = this.#begun ? gapMs : firstMs;
    this.#wait = after(limit && limit + queueMs, () => this.#onWaitedLong());
  }

  #onWaitedLong(): void {
    if (!this.#paused) this.#expire(this.#begun ? 'gap' : 'first');
  }

  #expire(kind: Expiry): void {
    const waiting = !this.#paused;
    this[Symbol.dispose]();
    this.#options.onExpire(kind, waiting);
  }
}

function after(ms: number, act: () => void): NodeJS.Timeout | undefined {
  return ms > 0 ? setTimeout(act, ms).unref() : undefined;
}
