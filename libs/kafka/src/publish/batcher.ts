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

/** Sends at once when idle; what arrives while a request is in flight leaves together in the next one. */
export class Batcher {
  readonly #sender: RecordSender;
  readonly #limits: BatcherLimits;
  readonly #queue = new Set<Entry>();
  #queuedBytes = 0;
  #sending: Promise<void> | undefined;

  constructor(sender: RecordSender, limits: BatcherLimits) {
    this.#sender = sender;
    this.#limits = limits;
  }

  /** Undefined when the queue is full. */
  offer(record: OutgoingRecord): Waiting | undefined {
    const bytes = sizeOf(record);
    const { maxWaitingRecords, maxWaitingBytes } = this.#limits;
    if (this.#queue.size >= maxWaitingRecords || this.#queuedBytes + bytes > maxWaitingBytes) return undefined;
    const { promise, resolve, reject } = Promise.withResolvers<Placement>();
    const entry: Entry = { record, bytes, resolve, reject };
    this.#queue.add(entry);
    this.#queuedBytes += bytes;
    this.#sending ??= this.#send();
    return { placement: promise, withdraw: () => this.#remove(entry) };
  }

  /** Resolves when nothing waits or is in flight. */
  async idle(): Promise<void> {
    while (this.#sending) await this.#sending;
  }

  async #send(): Promise<void> {
    // One turn of the event loop: events of the same turn share a request.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#queue.size > 0) {
      const batch = this.#next();
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
