import type { Source } from '@weir/config';

/** How old an answer may be before the next question asks the database again. */
const FRESH_MS = 2_000;

/**
 * Whether the database answers. A question never waits: it gets the last known answer and, when that is old, starts a
 * ping for the next one. A ping without an answer counts as a problem after the same time.
 */
export class DatabaseHealth {
  readonly #database: { ping(): Promise<void> };
  readonly #source: Source;
  #problem: string | undefined;
  #answeredAt: number;
  #askedAt: number | undefined;

  constructor(database: { ping(): Promise<void> }, source: Source) {
    this.#database = database;
    this.#source = source;
    this.#answeredAt = source.monotonic();
  }

  problem(): string | undefined {
    const now = this.#source.monotonic();
    if (this.#askedAt !== undefined) return now - this.#askedAt > FRESH_MS ? 'does not answer' : this.#problem;
    if (now - this.#answeredAt > FRESH_MS) void this.#ask(now);
    return this.#problem;
  }

  async #ask(now: number): Promise<void> {
    this.#askedAt = now;
    try {
      await this.#database.ping();
      this.#problem = undefined;
    } catch {
      this.#problem = 'is not reachable';
    }
    this.#answeredAt = this.#source.monotonic();
    this.#askedAt = undefined;
  }
}
