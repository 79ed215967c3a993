import type { Placement, RecordSender } from '../client/record-producer.js';
import { sizeOf, type OutgoingRecord } from '../wire/record.js';

export interface BatcherLimits {
  /** Bounds of one request. */
  readonly maxRecords: number;
  readonly maxBytes: number;
  /** Bounds of what waits for the next request. */
  readonly maxWaitingRecords: number;
  readonly maxWaitingBytes: number;
}

/** A record that waits for its acknowledgement. */
export interface Waiting {
  readonly placement: Promise<Placement>;
  /** Takes it out of the queue when its request has not left yet. */
  withdraw(): void;
}

interface Entry {
  readonly record: OutgoingRecord;
  readonly bytes: number;
  resolve(placement: Placement): void;
  reject(error: unknown): void;
}

/**
 * Sends at once when idle; what arrives while a request is in flight leaves together in the next one. A record that may
 * linger leaves with the next one that may not, in the order in which they came, or when its time is over.
 */
export class Batcher {
  readonly #sender: RecordSender;
  readonly #limits: BatcherLimits;
  readonly #queue = new Set<Entry>();
  #queuedBytes = 0;
  #sending: Promise<void> | undefined;
  #wanted = false;
  #lingering: NodeJS.Timeout | undefined;

  constructor(sender: RecordSender, limits: BatcherLimits) {
    this.#sender = sender;
    this.#limits = limits;
  }

  /** Undefined when the queue is full. */
  offer(record: OutgoingRecord, lingerMs = 0): Waiting | undefined {
    const bytes = sizeOf(record);
    const { maxWaitingRecords, maxWaitingBytes } = this.#limits;
    if (this.#queue.size >= maxWaitingRecords || this.#queuedBytes + bytes > maxWaitingBytes) return undefined;
    const { promise, resolve, reject } = Promise.withResolvers<Placement>();
    const entry: Entry = { record, bytes, resolve, reject };
    this.#queue.add(entry);
    this.#queuedBytes += bytes;
    if (lingerMs > 0) this.#lingering ??= setTimeout(() => this.#flush(), lingerMs);
    else this.#flush();
    return { placement: promise, withdraw: () => this.#remove(entry) };
  }

  /** Resolves when nothing waits or is in flight. */
  async idle(): Promise<void> {
    while (this.#sending || this.#queue.size > 0) {
      this.#flush();
      await this.#sending;
    }
  }

  #flush(): void {
    clearTimeout(this.#lingering);
    this.#lingering = undefined;
    this.#wanted = true;
    this.#sending ??= this.#send();
  }

  async #send(): Promise<void> {
    // One turn of the event loop: events of the same turn share a request.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#wanted && this.#queue.size > 0) {
      const batch = this.#next();
      this.#wanted = this.#queue.size > 0;
      try {
        const placements = await this.#sender.send(batch.map(({ record }) => record));
        batch.forEach((entry, index) => {
          const placement = placements[index];
          if (placement) entry.resolve(placement);
        });
      } catch (error) {
        for (const entry of batch) entry.reject(error);
      }
    }
    this.#sending = undefined;
  }

  #next(): Entry[] {
    const batch: Entry[] = [];
    let bytes = 0;
    for (const entry of this.#queue) {
      if (batch.length >= this.#limits.maxRecords) break;
      if (batch.length > 0 && bytes + entry.bytes > this.#limits.maxBytes) break;
      batch.push(entry);
      bytes += entry.bytes;
    }
    for (const entry of batch) this.#remove(entry);
    return batch;
  }

  #remove(entry: Entry): void {
    if (this.#queue.delete(entry)) this.#queuedBytes -= entry.bytes;
  }
}
