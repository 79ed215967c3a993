export interface OpenTimeOptions {
  /** Milliseconds of the first opening; each further one in a row is twice as long. */
  readonly baseMs: number;
  readonly capMs: number;
  /** Share of the time that chance may take away, 0 to 1. */
  readonly jitter: number;
  /** Closed for so many milliseconds, the next opening is a first one again. */
  readonly soundMs: number;
  /** 0 to 1. */
  readonly random: () => number;
  /** Milliseconds. */
  readonly now: () => number;
}

/** How long a breaker stays open: exponential over openings in a row, with jitter and a cap. */
export class OpenTime {
  readonly #options: OpenTimeOptions;
  #inRow = 0;
  #closedAt: number;

  constructor(options: OpenTimeOptions) {
    this.#options = options;
    this.#closedAt = options.now();
  }

  /** Milliseconds of an opening that happens now, after the circuit was `closed` or half open. */
  next(from: 'closed' | 'half_open'): number {
    const { baseMs, capMs, jitter, soundMs, random, now } = this.#options;
    if (from === 'closed' && now() - this.#closedAt >= soundMs) this.#inRow = 0;
    const ms = Math.min(capMs, baseMs * 2 ** Math.min(this.#inRow++, 30));
    return Math.max(1, Math.round(ms * (1 - jitter * random())));
  }

  onClosed(): void {
    this.#closedAt = this.#options.now();
  }

  forget(): void {
    this.#inRow = 0;
  }
}
