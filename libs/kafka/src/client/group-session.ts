import { PartitionAssigners, type Consumer, type EachBatchPayload, type KafkaMessage } from 'kafkajs';
import type { KafkaClient } from './kafka-client.js';
import type { ConsumerGroup, OffsetsOfTopic } from './kafkajs-internals.js';
import type { JoinHook } from './runtime-patch.js';

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface FetchedBatch extends TopicPartition {
  readonly messages: readonly KafkaMessage[];
  /** Tells kafkajs where the next fetch begins; what was not accepted is fetched again. */
  accept(offset: string): void;
  /** Keeps the membership alive; rejects when the group rebalances, which must end the batch. */
  heartbeat(): Promise<void>;
  /** False when the partition was taken away or the session ends. */
  wanted(): boolean;
  /** Stops fetching the partition until `resume`. */
  pause(): void;
}

export interface GroupListener {
  onBatch(batch: FetchedBatch): Promise<void>;
  onAssigned(partitions: readonly TopicPartition[]): void;
  /** Awaited before partitions may be lost; offsets can still be committed. */
  beforeRevoke(): Promise<void>;
}

export interface GroupSettings {
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly fromBeginning: boolean;
  /** Without a heartbeat for this long the broker gives the partitions to others. */
  readonly sessionTimeoutMs: number;
  /** Time that each member has to join again when the group rebalances. */
  readonly rebalanceTimeoutMs: number;
  readonly minBytes: number;
  readonly maxWaitMs: number;
}

const MAX_FETCH_BYTES = 4 * 1024 * 1024;
const MAX_PARTITION_BYTES = 1024 * 1024;

/** One life of a kafkajs consumer: from joining the group until it is closed or kafkajs gives up. */
export class GroupSession implements AsyncDisposable {
  /** Resolves with the reason when kafkajs stopped by itself, with undefined after a close. */
  readonly ended: Promise<unknown>;
  readonly #consumer: Consumer;
  readonly #settings: GroupSettings;
  readonly #listener: GroupListener;
  #group: ConsumerGroup | undefined;
  #end: (reason: unknown) => void = () => undefined;

  private constructor(client: KafkaClient, settings: GroupSettings, listener: GroupListener) {
    this.#settings = settings;
    this.#listener = listener;
    this.ended = new Promise((resolve) => (this.#end = resolve));
    const hook: JoinHook = { beforeJoin: (group) => this.#beforeJoin(group) };
    this.#consumer = client.kafka.consumer({
      groupId: settings.groupId,
      sessionTimeout: settings.sessionTimeoutMs,
      rebalanceTimeout: settings.rebalanceTimeoutMs,
      heartbeatInterval: settings.sessionTimeoutMs / 4,
      minBytes: settings.minBytes,
      maxWaitTimeInMs: settings.maxWaitMs,
      maxBytes: MAX_FETCH_BYTES,
      maxBytesPerPartition: MAX_PARTITION_BYTES,
      allowAutoTopicCreation: false,
      partitionAssigners: [(options) => Object.assign(PartitionAssigners.roundRobin(options), hook)],
      // kafkajs restarts some crashes, silently gives up on others and never tells them apart; here all end the session.
      retry: { retries: 4, initialRetryTime: 100, maxRetryTime: 1000, restartOnFailure: async () => false },
    });
  }

  /** Joins the group. Rejects when Kafka is away or a topic is missing. */
  static async start(client: KafkaClient, settings: GroupSettings, listener: GroupListener): Promise<GroupSession> {
    const session = new GroupSession(client, settings, listener);
    try {
      await session.#start();
    } catch (error) {
      await session[Symbol.asyncDispose]();
      throw error;
    }
    return session;
  }

  async commit(offsets: readonly OffsetsOfTopic[]): Promise<void> {
    if (offsets.length > 0) await this.#group?.commitOffsets({ topics: offsets });
  }

  /** Next offset to fetch; undefined before the partition's position is known. */
  position({ topic, partition }: TopicPartition): number | undefined {
    try {
      const offset = Number(this.#group?.offsetManager?.nextOffset(topic, partition).toString());
      return Number.isNaN(offset) ? undefined : offset;
    } catch {
      return undefined; // not assigned any more
    }
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.#consumer.pause(partitions.map(({ topic, partition }) => ({ topic, partitions: [partition] })));
  }

  resume({ topic, partition }: TopicPartition): void {
    this.#consumer.resume([{ topic, partitions: [partition] }]);
  }

  /** Leaves the group and disconnects. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#end(undefined);
    await this.#consumer.disconnect();
  }

  async #start(): Promise<void> {
    const { CRASH, GROUP_JOIN } = this.#consumer.events;
    this.#consumer.on(CRASH, ({ payload }) => this.#end(payload.error));
    this.#consumer.on(GROUP_JOIN, ({ payload }) => {
      const assigned = Object.entries(payload.memberAssignment);
      this.#listener.onAssigned(
        assigned.flatMap(([topic, partitions]) => partitions.map((partition) => ({ topic, partition }))),
      );
    });
    await this.#consumer.connect();
    const { topics, fromBeginning } = this.#settings;
    await this.#consumer.subscribe({ topics: [...topics], fromBeginning });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => this.#listener.onBatch(fetchedBatch(payload)),
    });
  }

  /** The broker keeps a member that sends heartbeats also while it asks everybody to join again. */
  async #beforeJoin(group: ConsumerGroup): Promise<void> {
    const first = this.#group !== group;
    this.#group = group;
    if (first) return;
    const beat = setInterval(() => {
      // What it answers is known: the group is rebalancing.
      group.heartbeat({ interval: 0 }).catch(() => undefined);
    }, this.#settings.sessionTimeoutMs / 4);
    try {
      await this.#listener.beforeRevoke();
    } finally {
      clearInterval(beat);
    }
  }
}

function fetchedBatch(payload: EachBatchPayload): FetchedBatch {
  const { batch } = payload;
  return {
    topic: batch.topic,
    partition: batch.partition,
    messages: batch.messages,
    accept: (offset) => payload.resolveOffset(offset),
    heartbeat: () => payload.heartbeat(),
    wanted: () => payload.isRunning() && !payload.isStale(),
    pause: () => void payload.pause(),
  };
}
