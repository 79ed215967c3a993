import { WeirError } from '@weir/errors';
import { Wakeup } from './wakeup.js';

export interface AsyncQueueOptions<T> {
  readonly maxItems?: number;
  readonly maxBytes?: number;
  /** Bytes an item counts for; default 0, so that only items are bounded. */
  readonly sizeOf?: (item: T) => number;
}

/**
 * A bounded queue between one producer and one consumer. What is in it is read before its end or its failure shows.
 * Leaving the iteration early drops the rest and refuses what comes later.
 */
export class AsyncQueue<T> implements AsyncIterable<T> {
  readonly #options: Required<AsyncQueueOptions<T>>;
  #items: T[] = [];
  #head = 0;
  #bytes = 0;
  #ended = false;
  #failure: { error: unknown } | undefined;
  readonly #reader = new Wakeup();
  #wakeWriters: (() => void)[] = [];

  constructor(options: AsyncQueueOptions<T> = {}) {
    this.#options = {
      maxItems: options.maxItems ?? 1024,
      maxBytes: options.maxBytes ?? Number.POSITIVE_INFINITY,
      sizeOf: options.sizeOf ?? (() => 0),
    };
  }

  /** Items that wait. */
  get size(): number {
    return this.#items.length - this.#head;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get closed(): boolean {
    return this.#ended;
  }

  /** False when the queue is full or closed: the item was not taken. An item larger than the whole bound fits when alone. */
  push(item: T): boolean {
    if (this.#ended || this.#full(item)) return false;
    this.#items.push(item);
    this.#bytes += this.#options.sizeOf(item);
    this.#reader.wake();
    return true;
  }

  /** Resolves when something was read since, or the queue is closed; rejects with `cancelled` when the signal aborts. */
  async waitForRoom(signal?: AbortSignal): Promise<void> {
    if (this.#ended || this.size === 0) return;
    await new Promise<void>((resolve, reject) => {
      const done = () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const abort = () => {
        this.#wakeWriters = this.#wakeWriters.filter((wake) => wake !== done);
        reject(new WeirError('cancelled', 'The wait was cancelled.'));
      };
      if (signal?.aborted) return abort();
      signal?.addEventListener('abort', abort, { once: true });
      this.#wakeWriters.push(done);
    });
  }

  /** No more items; what waits is still read. */
  end(): void {
    this.#close();
  }

  /** No more items; the reader gets the error after what waits. */
  fail(error: unknown): void {
    if (this.#ended) return;
    this.#failure = { error };
    this.#close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    try {
      for (;;) {
        while (this.size > 0) yield this.#shift();
        if (this.#failure) throw this.#failure.error;
        if (this.#ended) return;
        await this.#reader.wait();
      }
    } finally {
      this.#items = [];
      this.#head = 0;
      this.#bytes = 0;
      this.#close();
    }
  }

  #full(item: T): boolean {
    if (this.size >= this.#options.maxItems) return true;
    return this.size > 0 && this.#bytes + this.#options.sizeOf(item) > this.#options.maxBytes;
  }

  #shift(): T {
    const item = this.#items[this.#head++] as T;
    if (this.#head > 256 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    this.#bytes -= this.#options.sizeOf(item);
    this.#releaseWriters();
    return item;
  }

  #close(): void {
    this.#ended = true;
    this.#reader.wake();
    this.#releaseWriters();
  }

  #releaseWriters(): void {
    if (!this.#wakeWriters.length) return;
    const writers = this.#wakeWriters;
    this.#wakeWriters = [];
    for (const wake of writers) wake();
  }
}
