import { setImmediate, setTimeout } from 'node:timers/promises';

/** What became of one item of a batch. */
export type ItemOutcome<Result> =
  { readonly ok: true; readonly value: Result } | { readonly ok: false; readonly error: unknown };

export interface BatchingOptions<Item, Result> {
  readonly maxItems: number;
  /** How long the first item of a batch that is not full waits for others, in milliseconds; default 0: one turn of the event loop. */
  readonly lingerMs?: number;
  /** Answers every item in its order; throws when the batch as a whole had no effect. */
  readonly run: (items: readonly Item[]) => Promise<readonly ItemOutcome<Result>[]>;
  /** Whether a failed batch is tried item by item, so that one bad item fails alone. */
  readonly splitOn: (error: unknown) => boolean;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (value: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs items that arrive while a batch is on its way together in the next one. A batch waits for others no longer
 * than it may linger. Bounded by its callers: each waits for its own item.
 */
export class Batching<Item, Result> {
  readonly #options: BatchingOptions<Item, Result>;
  #waiting: Waiting<Item, Result>[] = [];
  #running = false;

  constructor(options: BatchingOptions<Item, Result>) {
    this.#options = options;
  }

  add(item: Item): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.#waiting.push({ item, resolve, reject });
    if (!this.#running) void this.#drain();
    return promise;
  }

  async #drain(): Promise<void> {
    this.#running = true;
    // Callers that were answered together add their next items within one turn of the event loop.
    await setImmediate();
    while (this.#waiting.length) {
      const { maxItems, lingerMs = 0 } = this.#options;
      if (lingerMs > 0 && this.#waiting.length < maxItems) await setTimeout(lingerMs);
      const batch = this.#waiting.splice(0, this.#options.maxItems);
      await this.#attempt(batch);
      await setImmediate();
    }
    this.#running = false;
  }

  async #attempt(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const outcomes = await this.#options.run(batch.map(({ item }) => item));
      batch.forEach(({ resolve, reject }, index) => {
        const outcome = outcomes[index];
        if (outcome?.ok) resolve(outcome.value);
        else reject(outcome?.error);
      });
    } catch (error) {
      if (batch.length > 1 && this.#options.splitOn(error)) {
        for (const one of batch) await this.#attempt([one]);
        return;
      }
      for (const { reject } of batch) reject(error);
    }
  }
}
