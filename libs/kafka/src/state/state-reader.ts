import type { Source } from '@weir/config';
import type { EventData, EventDefinition, WeirEvent } from '@weir/contracts';
import { backoffMs, sleep } from '@weir/resilience';
import type { Bound, Logger } from '@weir/telemetry';
import type { KafkaClient } from '../client/kafka-client.js';
import { TopicReader } from '../client/topic-reader.js';
import type { kafkaMetrics } from '../kafka.metrics.js';
import { decodeEvent } from '../wire/cloud-event.js';
import type { IncomingRecord } from '../wire/record.js';
import { settlesWithin } from '../within.js';

/** One record of a compacted topic: the newest state of a key, or the key whose state is gone. */
export type StateChange<T> = WeirEvent<T> | { readonly tombstone: string };

/** Reads a compacted topic from its start and goes on live. */
export interface StateReader extends AsyncDisposable {
  /** Resolves when the end seen at start was reached; stays pending while Kafka is away. Never rejects. */
  readonly ready: Promise<void>;
  readonly caughtUp: boolean;
}

export interface StateReaderOptions<D extends EventDefinition> {
  readonly client: KafkaClient;
  readonly event: D;
  /** Topic as Kafka knows it. */
  readonly topic: string;
  readonly onState: (change: StateChange<EventData<D>>) => void;
  /** Creates the topic; rejects when Kafka is away. */
  readonly ensureTopic: () => Promise<void>;
  readonly metrics: Bound<typeof kafkaMetrics>;
  readonly logger: Logger;
  readonly source: Source;
  readonly onClose: (reader: TopicStateReader<D>) => void;
}

const MAX_WAIT_MS = 1000;
const BACKOFF = { baseMs: 200, capMs: 2000 };
const CLOSE_MS = 2000;

/** Follows one compacted topic through broker restarts; positions are kept in memory, so nothing is read twice. */
export class TopicStateReader<D extends EventDefinition> implements StateReader {
  readonly ready: Promise<void>;
  readonly #options: StateReaderOptions<D>;
  readonly #closing = new AbortController();
  readonly #stopped = new Promise<undefined>((resolve) =>
    this.#closing.signal.addEventListener('abort', () => resolve(undefined)),
  );
  readonly #running: Promise<void>;
  #becomeReady: () => void = () => undefined;
  #caughtUp = false;
  #positions: ReadonlyMap<number, number> = new Map();
  /** Ends seen at the first look; later looks do not move the goal. */
  #goal: ReadonlyMap<number, number> | undefined;

  constructor(options: StateReaderOptions<D>) {
    this.#options = options;
    this.ready = new Promise((resolve) => (this.#becomeReady = resolve));
    this.#running = this.#run();
  }

  get caughtUp(): boolean {
    return this.#caughtUp;
  }

  get topic(): string {
    return this.#options.topic;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#closing.signal.aborted) this.#options.onClose(this);
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    const { logger, topic, source } = this.#options;
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        await this.#options.ensureTopic();
        const reader = await TopicReader.open(this.#options.client, topic, this.#positions);
        attempt = 0;
        await this.#follow(reader);
      } catch (error) {
        logger.debug({ err: error, topic }, 'a state topic cannot be read now');
      }
      await sleep(backoffMs(attempt, { ...BACKOFF, random: source.random }), signal).catch(() => undefined);
    }
  }

  async #follow(reader: TopicReader): Promise<void> {
    const { signal } = this.#closing;
    try {
      this.#goal ??= reader.ends;
      this.#compare(reader.positions);
      while (!signal.aborted) {
        const records = await Promise.race([reader.read(MAX_WAIT_MS), this.#stopped]);
        for (const record of records ?? []) this.#apply(record);
        this.#positions = new Map(reader.positions);
        this.#compare(reader.positions);
      }
    } finally {
      const closed = reader[Symbol.asyncDispose]();
      closed.catch((error: unknown) =>
        this.#options.logger.debug({ err: error }, 'a state reader closed with an error'),
      );
      await settlesWithin(closed, CLOSE_MS);
    }
  }

  #apply(record: IncomingRecord): void {
    const { event, onState, metrics, logger, topic } = this.#options;
    try {
      if (record.value === null) onState({ tombstone: record.key?.toString() ?? '' });
      else onState(decodeEvent(event, record));
    } catch (error) {
      metrics.stateSkipped.inc({ topic });
      logger.error(
        { err: error, topic, partition: record.partition, offset: record.offset },
        'a state record was skipped',
      );
    }
  }

  #compare(positions: ReadonlyMap<number, number>): void {
    if (this.#caughtUp || !this.#goal) return;
    for (const [partition, end] of this.#goal) if ((positions.get(partition) ?? 0) < end) return;
    this.#caughtUp = true;
    this.#becomeReady();
  }
}
