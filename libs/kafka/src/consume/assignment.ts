import type { TopicPartition } from '../client/group-session.js';
import type { OffsetsOfTopic } from '../client/kafkajs-internals.js';
import { sizeOf, type IncomingRecord } from '../wire/record.js';
import { settlesWithin } from '../within.js';
import { KeyScheduler } from './key-scheduler.js';
import { OffsetTracker } from './offset-tracker.js';
import { PrefetchWindow } from './prefetch-window.js';

export interface AssignmentLimits {
  /** Keys in parallel. */
  readonly concurrency: number;
  readonly order: 'key' | 'none';
  readonly maxRecords: number;
  readonly maxBytes: number;
}

const partitionKey = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`;

/** What one consumer holds between two joins of its group: records in flight and offsets to commit. */
export class Assignment {
  readonly partitions: readonly TopicPartition[];
  readonly window: PrefetchWindow;
  readonly #trackers: ReadonlyMap<string, OffsetTracker>;
  readonly #scheduler: KeyScheduler;
  readonly #ordered: boolean;
  readonly #ending = new AbortController();

  constructor(partitions: readonly TopicPartition[], limits: AssignmentLimits) {
    this.partitions = partitions;
    this.#ordered = limits.order === 'key';
    this.window = new PrefetchWindow(limits);
    this.#trackers = new Map(partitions.map((partition) => [partitionKey(partition), new OffsetTracker()]));
    this.#scheduler = new KeyScheduler(limits.concurrency);
  }

  /** Aborts when the partitions are gone and the time to drain is over. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /**
   * Takes a record for which the window had room. `deliver` says whether the record is finished; one that is not keeps
   * its offset uncommitted, and so comes again.
   */
  add(record: IncomingRecord, deliver: () => Promise<boolean>): void {
    const tracker = this.#trackers.get(partitionKey(record));
    const bytes = sizeOf(record);
    const offset = Number(record.offset);
    if (!tracker?.add(offset)) return this.window.give(bytes);
    const lane = this.#ordered ? (record.key ?? '') : offset;
    this.#scheduler.add(`${partitionKey(record)}/${lane}`, async () => {
      try {
        if (await deliver()) tracker.finish(offset);
      } finally {
        this.window.give(bytes);
      }
    });
  }

  /** First offset of a partition that is not finished; undefined before its first record. */
  finishedUpTo(partition: TopicPartition): number | undefined {
    return this.#trackers.get(partitionKey(partition))?.finishedUpTo;
  }

  uncommitted(): OffsetsOfTopic[] {
    return this.partitions.flatMap(({ topic, partition }) => {
      const offset = this.#trackers.get(partitionKey({ topic, partition }))?.uncommitted();
      return offset === undefined ? [] : [{ topic, partitions: [{ partition, offset: String(offset) }] }];
    });
  }

  committed(offsets: readonly OffsetsOfTopic[]): void {
    for (const { topic, partitions } of offsets) {
      for (const { partition, offset } of partitions) {
        this.#trackers.get(partitionKey({ topic, partition }))?.committed(Number(offset));
      }
    }
  }

  /** Drops what has not begun and waits for the rest; what takes longer is told to stop and left alone. */
  async drain(timeoutMs: number): Promise<void> {
    this.#scheduler.clear();
    if (await settlesWithin(this.#scheduler.idle(), timeoutMs)) return;
    this.#ending.abort();
    await settlesWithin(this.#scheduler.idle(), Math.min(timeoutMs, ABORT_GRACE_MS));
  }

  /** Ends the assignment without waiting. */
  abandon(): void {
    this.#scheduler.clear();
    this.#ending.abort();
  }
}

/** Time that handlers get to notice their signal. */
const ABORT_GRACE_MS = 250;
