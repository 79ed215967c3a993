import { backoffMs, sleep } from '@weir/resilience';
import type { Bound, Logger } from '@weir/telemetry';
import type { Source } from '@weir/config';
import type { EndOffsets } from '../client/cluster-view.js';
import { GroupSession, type FetchedBatch, type GroupListener, type TopicPartition } from '../client/group-session.js';
import type { KafkaClient } from '../client/kafka-client.js';
import type { kafkaMetrics } from '../kafka.metrics.js';
import { incomingRecord, sizeOf } from '../wire/record.js';
import { settlesWithin } from '../within.js';
import { Assignment } from './assignment.js';
import type { Consumer } from './consumer.js';
import type { Delivery } from './delivery.js';
import type { ConsumerTuning } from './tuning.js';

export interface RuntimeOptions {
  readonly client: KafkaClient;
  /** Group and topics as Kafka knows them; the first topic is the main one. */
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly fromBeginning: boolean;
  readonly concurrency: number;
  readonly order: 'key' | 'none';
  readonly tuning: ConsumerTuning;
  readonly delivery: Delivery;
  /** Creates the topics; rejects when Kafka is away. */
  readonly ensureTopics: () => Promise<void>;
  readonly metrics: Bound<typeof kafkaMetrics>;
  readonly logger: Logger;
  readonly source: Source;
  readonly onClose: (runtime: ConsumerRuntime) => void;
}

const RESTART_BACKOFF = { baseMs: 200, capMs: 2000 };
const ROOM_WAIT_MS = 500;
const CLOSE_MS = 3000;

/**
 * Keeps one consumer going: joins, starts again when kafkajs gave up, bounds what is in flight, commits what is finished
 * and drains before it lets go of partitions. Membership is kept alive while handlers run, however long: fetches go on
 * until the window is full, and then the wait for room sends heartbeats.
 */
export class ConsumerRuntime implements Consumer, GroupListener {
  readonly group: string;
  readonly topic: string;
  readonly #options: RuntimeOptions;
  readonly #stopping = new AbortController();
  readonly #stopped = new Promise<void>((resolve) => this.#stopping.signal.addEventListener('abort', () => resolve()));
  readonly #waits = new Map<string, { readonly partition: TopicPartition; readonly timer: NodeJS.Timeout }>();
  readonly #running: Promise<void>;
  #session: GroupSession | undefined;
  #assignment: Assignment | undefined;
  #commitTimer: NodeJS.Timeout | undefined;
  #lag = 0;
  #mainLag = 0;
  #starts = 0;

  constructor(options: RuntimeOptions) {
    this.group = options.groupId;
    this.topic = options.topics[0] ?? '';
    this.#options = options;
    this.#running = this.#run();
  }

  /** False until the group gave this consumer its partitions, and while it starts again. */
  get joined(): boolean {
    return this.#assignment !== undefined;
  }

  get topics(): readonly string[] {
    return this.#options.topics;
  }

  get finished(): number {
    return this.#options.delivery.finished;
  }

  /** True while an event waits for something its handler needs, such as the database. */
  get waiting(): boolean {
    return this.#options.delivery.waiting;
  }

  /** Partitions that wait for the time of their next retry do not count as work that could be done. */
  get dueLag(): number {
    return this.#waits.size > 0 ? this.#mainLag : this.#lag;
  }

  lag(): number {
    return this.#lag;
  }

  /** Takes a look at the cluster into account. */
  measure(ends: EndOffsets): void {
    this.#lag = 0;
    this.#mainLag = 0;
    for (const place of this.#assignment?.partitions ?? []) {
      const end = ends.get(place.topic)?.get(place.partition);
      const finished = this.#assignment?.finishedUpTo(place) ?? this.#session?.position(place);
      const lag = end === undefined || finished === undefined ? 0 : Math.max(0, end - finished);
      this.#lag += lag;
      if (place.topic === this.topic) this.#mainLag += lag;
      this.#options.metrics.lag.set({ group: this.group, topic: place.topic, partition: place.partition }, lag);
    }
  }

  onAssigned(partitions: readonly TopicPartition[]): void {
    const { concurrency, order, tuning } = this.#options;
    for (const key of this.#waits.keys()) this.#endWait(key);
    this.#assignment = new Assignment(partitions, { concurrency, order, ...tuning });
  }

  async beforeRevoke(): Promise<void> {
    await this.#letGo(this.#options.tuning.drainMs);
  }

  async onBatch(batch: FetchedBatch): Promise<void> {
    const assignment = this.#assignment;
    const { delivery } = this.#options;
    for (const message of batch.messages) {
      const record = incomingRecord(batch.topic, batch.partition, message);
      const wait = batch.topic === this.topic ? 0 : delivery.waitFor(record);
      if (wait > 0) return this.#holdBack(batch, wait);
      while (assignment && !assignment.window.tryTake(sizeOf(record))) {
        await assignment.window.waitForRoom(ROOM_WAIT_MS);
        await batch.heartbeat();
        if (!batch.wanted() || this.#stopping.signal.aborted) return;
      }
      if (!assignment || assignment !== this.#assignment || !batch.wanted() || this.#stopping.signal.aborted) return;
      assignment.add(record, () => this.#deliver(assignment, record));
      batch.accept(message.offset);
    }
    await batch.heartbeat();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#stopping.signal.aborted) return this.#running;
    this.#stopping.abort();
    await this.#running;
    this.#options.onClose(this);
  }

  async #run(): Promise<void> {
    const { client, groupId, topics, fromBeginning, tuning, logger, source, metrics } = this.#options;
    const { signal } = this.#stopping;
    for (let attempt = 0; !signal.aborted; attempt++) {
      if (this.#starts > 0) metrics.restarts.inc({ group: groupId });
      try {
        await this.#options.ensureTopics();
        this.#session = await GroupSession.start(client, { groupId, topics, fromBeginning, ...tuning }, this);
        this.#starts += 1;
        attempt = 0;
        await this.#live(this.#session);
      } catch (error) {
        logger.debug({ err: error, group: groupId }, 'a consumer could not start');
      }
      this.#assignment = undefined;
      this.#session = undefined;
      await sleep(backoffMs(attempt, { ...RESTART_BACKOFF, random: source.random }), signal).catch(() => undefined);
    }
  }

  /** Until the session ends by itself or this consumer is asked to stop. */
  async #live(session: GroupSession): Promise<void> {
    const { logger, tuning, groupId } = this.#options;
    const reason = await Promise.race([session.ended, this.#stopped]);
    if (this.#stopping.signal.aborted) session.pause(this.#assignment?.partitions ?? []);
    else logger.warn({ err: reason, group: groupId }, 'a consumer lost its group and starts again');
    await this.#letGo(tuning.drainMs);
    const closed = session[Symbol.asyncDispose]();
    closed.catch((error: unknown) => logger.debug({ err: error, group: groupId }, 'a consumer closed with an error'));
    await settlesWithin(closed, CLOSE_MS);
  }

  /** Finishes what runs, commits it and drops the rest, which is delivered again to whoever gets the partitions. */
  async #letGo(timeoutMs: number): Promise<void> {
    const assignment = this.#assignment;
    if (!assignment) return;
    for (const key of this.#waits.keys()) this.#endWait(key);
    await assignment.drain(timeoutMs);
    clearTimeout(this.#commitTimer);
    this.#commitTimer = undefined;
    await this.#commit(assignment);
    assignment.abandon();
    this.#assignment = undefined;
  }

  async #deliver(assignment: Assignment, record: ReturnType<typeof incomingRecord>): Promise<boolean> {
    const finished = await this.#options.delivery.deliver(record, assignment.signal);
    if (finished && this.#assignment === assignment) {
      this.#commitTimer ??= setTimeout(() => {
        this.#commitTimer = undefined;
        // Offsets of an earlier assignment may belong to another member by now.
        if (this.#assignment === assignment) void this.#commit(assignment);
      }, this.#options.tuning.commitMs);
    }
    return finished;
  }

  async #commit(assignment: Assignment): Promise<void> {
    const offsets = assignment.uncommitted();
    if (!this.#session || offsets.length === 0) return;
    try {
      await this.#session.commit(offsets);
      assignment.committed(offsets);
    } catch (error) {
      // The records come again; their effects are guarded by the inbox.
      this.#options.logger.debug({ err: error, group: this.group }, 'offsets could not be committed');
    }
  }

  #holdBack(batch: FetchedBatch, waitMs: number): void {
    const partition = { topic: batch.topic, partition: batch.partition };
    const key = `${batch.topic}/${batch.partition}`;
    this.#endWait(key);
    batch.pause();
    this.#waits.set(key, { partition, timer: setTimeout(() => this.#endWait(key), waitMs) });
  }

  #endWait(key: string): void {
    const wait = this.#waits.get(key);
    if (!wait) return;
    clearTimeout(wait.timer);
    this.#waits.delete(key);
    this.#session?.resume(wait.partition);
  }
}
