import type { Source } from '@weir/config';
import {
  eventCatalogue,
  topicOf,
  type EventData,
  type EventDefinition,
  type TopicSettings,
  type WeirEvent,
} from '@weir/contracts';
import type { Database } from '@weir/database';
import { asWeirError } from '@weir/errors';
import type { Bound, Logger, Metrics, Tracing } from '@weir/telemetry';
import { ClusterView } from './client/cluster-view.js';
import { KafkaClient } from './client/kafka-client.js';
import { RecordProducer } from './client/record-producer.js';
import { TopicAdmin } from './client/topic-admin.js';
import type { ConsumeOptions, Consumer } from './consume/consumer.js';
import { Consumers, DEFAULT_RETRY_DELAYS_MS } from './consume/consumers.js';
import { defaultTuning, type ConsumerTuning } from './consume/tuning.js';
import { kafkaMetrics } from './kafka.metrics.js';
import { Availability } from './publish/availability.js';
import { Batcher } from './publish/batcher.js';
import { Outlet } from './publish/outlet.js';
import { EventPublisher, type Publisher } from './publish/publisher.js';
import { OutboxRelay, type Relay } from './relay/relay.js';
import { Spool } from './spool/spool.js';
import { readHistory, type HistoryRange } from './state/history.js';
import { TopicStateReader, type StateChange, type StateReader } from './state/state-reader.js';
import { deadLetterTopic, retryTopics } from './wire/names.js';
import type { OutgoingRecord } from './wire/record.js';
import { settlesWithin } from './within.js';

export interface KafkaBusOptions {
  /** `host:port` of the bootstrap servers. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Put before each topic and group name. */
  readonly topicPrefix: string;
  /** Replication factor of created topics. */
  readonly replication: number;
  /** Folder of this process alone; events wait there while Kafka is away. */
  readonly spoolDirectory: string;
  /** Bytes on disk above which the spool refuses events; default 1 GiB. */
  readonly spoolMaxBytes?: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly source: Source;
  /** Times and bounds of consumers that differ from the default. */
  readonly tuning?: Partial<ConsumerTuning>;
}

const FIRST_ANSWER_MS = 1500;
/** A broker that hangs must not hold up the end of the process. */
const CLOSE_MS = 3000;
const RETRY_RETENTION_MS = 7 * 86_400_000;
const BATCH_LIMITS = {
  maxRecords: 500,
  maxBytes: 512 * 1024,
  maxWaitingRecords: 10_000,
  maxWaitingBytes: 16 * 1024 * 1024,
};

/** One process's door to Kafka: it publishes, consumes, relays and reads state, and knows when it cannot. */
export class KafkaBus implements AsyncDisposable {
  readonly #options: KafkaBusOptions;
  readonly #metrics: Bound<typeof kafkaMetrics>;
  readonly #client: KafkaClient;
  readonly #view: ClusterView;
  readonly #topics: TopicAdmin;
  readonly #producer: RecordProducer;
  readonly #batcher: Batcher;
  readonly #spool: Spool;
  readonly #availability: Availability;
  readonly #outlet: Outlet;
  readonly #consumers: Consumers;
  readonly #readers = new Set<TopicStateReader<EventDefinition>>();
  readonly #relays = new Set<OutboxRelay>();

  private constructor(options: KafkaBusOptions, spool: Spool, metrics: Bound<typeof kafkaMetrics>) {
    const { logger, source } = options;
    this.#options = options;
    this.#metrics = metrics;
    this.#spool = spool;
    this.#client = new KafkaClient(options);
    this.#view = new ClusterView(this.#client);
    this.#topics = new TopicAdmin(this.#client, options.replication);
    this.#producer = new RecordProducer(this.#client);
    this.#batcher = new Batcher(this.#producer, BATCH_LIMITS);
    this.#availability = new Availability({
      probe: () => this.#probe(),
      onChange: (up) => this.#onAvailability(up),
      logger,
      random: source.random,
    });
    const shared = { metrics, logger, source };
    const onSpooled = () => this.#drainSpool();
    this.#outlet = new Outlet({
      ...shared,
      batcher: this.#batcher,
      spool,
      availability: this.#availability,
      onSpooled,
    });
    this.#consumers = new Consumers({
      ...shared,
      client: this.#client,
      view: this.#view,
      sender: this.#producer,
      topicPrefix: options.topicPrefix,
      tuning: { ...defaultTuning, ...options.tuning },
      ensureTopics: () => this.#topics.ensure(),
      available: () => this.#availability.up,
      tracing: options.tracing,
    });
  }

  /**
   * Resolves also when Kafka is away (after 1.5 s); it keeps trying.
   * @throws WeirError `invalid_configuration` when another process uses the spool folder.
   */
  static async connect(options: KafkaBusOptions): Promise<KafkaBus> {
    const metrics = options.metrics.bind(kafkaMetrics);
    const spool = await Spool.open({
      directory: options.spoolDirectory,
      maxBytes: options.spoolMaxBytes,
      logger: options.logger,
      onChange: ({ bytes, events }) => {
        metrics.spoolBytes.set(bytes);
        metrics.spoolEvents.set(events);
      },
      onRejected: () => metrics.spoolRejected.inc(),
    });
    const bus = new KafkaBus(options, spool, metrics);
    await bus.#availability.start(FIRST_ANSWER_MS);
    return bus;
  }

  /** Creates what is missing: now, or as soon as Kafka is there. Settings of existing topics stay as they are. */
  async createTopics(events: readonly EventDefinition[]): Promise<void> {
    await this.#want(events.map((event) => this.#settingsOf(event)));
  }

  /** The topic is created when it is missing. */
  publisher<D extends EventDefinition>(event: D): Publisher<EventData<D>> {
    const { tracing, source } = this.#options;
    void this.#want([this.#settingsOf(event)]);
    return new EventPublisher({ event, topic: this.#topicOf(event), outlet: this.#outlet, tracing, source });
  }

  /** Starts a consumer and its retry topics. Resolves before it joined its group; `problems` tells until then. */
  async consume<D extends EventDefinition>(options: ConsumeOptions<D>): Promise<Consumer> {
    const { event, group, retryDelaysMs = DEFAULT_RETRY_DELAYS_MS } = options;
    const topic = this.#topicOf(event);
    const retries = retryTopics(topic, group, retryDelaysMs.length);
    this.#topics.want([this.#settingsOf(event), ...failureTopics(retries, deadLetterTopic(topic, group))]);
    return this.#consumers.start(topic, options);
  }

  /** Calls `onState` for each record of a compacted topic, from its start and then live, in order per partition. */
  async readState<D extends EventDefinition>(
    event: D,
    onState: (change: StateChange<EventData<D>>) => void,
  ): Promise<StateReader> {
    const { logger, source } = this.#options;
    this.#topics.want([this.#settingsOf(event)]);
    const reader = new TopicStateReader<D>({
      client: this.#client,
      event,
      topic: this.#topicOf(event),
      onState,
      ensureTopic: () => this.#topics.ensure(),
      metrics: this.#metrics,
      logger,
      source,
      onClose: (closed) => this.#readers.delete(closed as never),
    });
    this.#readers.add(reader as never);
    return reader;
  }

  /**
   * The events since a time, up to the end seen at the start; undefined for a record that cannot be read. Without a group.
   * @throws WeirError `peer_unavailable` while Kafka is away.
   */
  readHistory<D extends EventDefinition>(
    event: D,
    range: HistoryRange,
  ): AsyncGenerator<WeirEvent<EventData<D>> | undefined> {
    this.#topics.want([this.#settingsOf(event)]);
    return readHistory({
      ...range,
      client: this.#client,
      event,
      topic: this.#topicOf(event),
      ensureTopic: () => this.#topics.ensure(),
      logger: this.#options.logger,
    });
  }

  /** Starts to move a database's outbox rows to Kafka. Any number of relays may work on one database. */
  relay(database: Database): Relay {
    const { topicPrefix, logger, source } = this.#options;
    void this.#want(eventCatalogue.map((event) => this.#settingsOf(event)));
    const relay = new OutboxRelay({
      database,
      topicPrefix,
      send: (records) => this.#sendNow(records),
      available: () => this.#availability.up,
      metrics: this.#metrics,
      logger,
      source,
      onClose: (closed) => this.#relays.delete(closed),
    });
    this.#relays.add(relay);
    return relay;
  }

  /** Why this process is not ready, one line each. Publishing is never a reason: it has the spool. */
  problems(): string[] {
    const readers = [...this.#readers].filter((reader) => !reader.caughtUp);
    return [...this.#consumers.problems(), ...readers.map((reader) => `${reader.topic} is not read to its end`)];
  }

  /** Called when a consumer made no progress for 60 s although records wait and Kafka answers. */
  onStalled(listener: (reason: string) => void): void {
    this.#consumers.onStalled(listener);
  }

  /** Drains consumers, relays and what is being published, then disconnects. */
  async [Symbol.asyncDispose](): Promise<void> {
    const parts = [this.#consumers, ...this.#readers, ...this.#relays];
    await Promise.all(parts.map((part) => part[Symbol.asyncDispose]()));
    await settlesWithin(this.#batcher.idle(), CLOSE_MS);
    await this.#availability[Symbol.asyncDispose]();
    await this.#spool[Symbol.asyncDispose]();
    await settlesWithin(this.#producer[Symbol.asyncDispose](), CLOSE_MS);
    await settlesWithin(this.#view[Symbol.asyncDispose](), CLOSE_MS);
  }

  #topicOf(event: EventDefinition): string {
    return `${this.#options.topicPrefix}${topicOf(event).name}`;
  }

  #settingsOf(event: EventDefinition): TopicSettings {
    return { ...topicOf(event), name: this.#topicOf(event) };
  }

  async #want(topics: readonly TopicSettings[]): Promise<void> {
    this.#topics.want(topics);
    if (!this.#availability.up) return;
    await this.#topics.ensure().catch((error: unknown) => this.#availability.markDown(error));
  }

  async #probe(): Promise<void> {
    await this.#view.ping();
    await this.#producer.connect();
    this.#topics.lookAgain();
    await this.#topics.ensure();
  }

  #onAvailability(up: boolean): void {
    this.#metrics.available.set(up ? 1 : 0);
    if (!up) return;
    this.#drainSpool();
    for (const relay of this.#relays) relay.kick();
  }

  #drainSpool(): void {
    this.#spool
      .drain((records) => this.#sendNow(records))
      .catch((error: unknown) => this.#options.logger.debug({ err: error }, 'the spool is not empty yet'));
  }

  async #sendNow(records: readonly OutgoingRecord[]): Promise<void> {
    try {
      await this.#producer.send(records);
    } catch (error) {
      if (asWeirError(error).code !== 'invalid_event') this.#availability.markDown(error);
      throw error;
    }
  }
}

/** Records that failed are few: one partition each keeps the number of partitions small. */
function failureTopics(retries: readonly string[], deadLetters: string): TopicSettings[] {
  return [...retries, deadLetters].map((name) => ({
    name,
    partitions: 1,
    compacted: false,
    retentionMs: name === deadLetters ? RETRY_RETENTION_MS * 4 : RETRY_RETENTION_MS,
  }));
}
