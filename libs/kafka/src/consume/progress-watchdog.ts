/** What a look at a consumer found. */
export interface Progress {
  /** Records that wait and may be handled now. */
  readonly lag: number;
  /** Anything that changes with each finished record. */
  readonly finished: number;
}

/**
 * Finds consumers that stopped without saying so: records wait, Kafka answers, and nothing finishes. Time during which
 * Kafka does not answer does not count, since there is nothing that a restart would mend.
 */
export class ProgressWatchdog {
  readonly #limitMs: number;
  #since: number | undefined;
  #finished = -1;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** Takes a look at a time (ms, monotonic); undefined = Kafka did not answer. True when the consumer counts as stalled. */
  look(now: number, progress: Progress | undefined): boolean {
    if (!progress || progress.lag <= 0 || progress.finished !== this.#finished) {
      this.#finished = progress?.finished ?? this.#finished;
      this.#since = progress && progress.lag > 0 ? now : undefined;
      return false;
    }
    this.#since ??= now;
    return now - this.#since >= this.#limitMs;
  }
}
