import { WeirError } from '@weir/errors';
import { sleep } from '@weir/resilience';
import { sizeOf, type OutgoingRecord } from '../wire/record.js';
import type { KafkaClient } from './kafka-client.js';
import { createErrorFromCode, type Cluster } from './kafkajs-internals.js';
import { partitionOf } from './partitioner.js';
import { produceRequest, type PartitionRecords } from './produce-request.js';

export interface Placement {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

/** Stores records in Kafka with acks=all. */
export interface RecordSender {
  /**
   * Resolves with the places of the records, in their order, when all are acknowledged. On a failure some may be stored.
   * Rejects with `invalid_event` when Kafka will never take one of them, with `peer_unavailable` otherwise.
   */
  send(records: readonly OutgoingRecord[]): Promise<Placement[]>;
}

interface Target {
  readonly topic: string;
  readonly partition: number;
  readonly leader: number;
  readonly records: OutgoingRecord[];
  /** Places of the records in the request's order. */
  readonly indexes: number[];
}

const ACK_TIMEOUT_MS = 5000;
const ATTEMPTS = 3;
const RETRY_MS = 60;
const METADATA_MAX_AGE_MS = 60_000;
/** Half of what Kafka takes in one batch by default. */
const MAX_REQUEST_BYTES = 512 * 1024;
const HOPELESS = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'INVALID_TOPIC_EXCEPTION',
]);

/** The one producer of a process. Not idempotent: consumers know events by their id. */
export class RecordProducer implements RecordSender, AsyncDisposable {
  readonly #client: KafkaClient;
  #cluster: Cluster | undefined;
  /** Leaders of the partitions of each topic that was sent to, by partition. */
  #leaders = new Map<string, readonly number[]>();
  #metadataAt = 0;
  #keyless = 0;

  constructor(client: KafkaClient) {
    this.#client = client;
  }

  /** Rejects with `peer_unavailable`. Does nothing when connected. */
  async connect(): Promise<void> {
    this.#cluster ??= this.#client.cluster();
    try {
      await this.#cluster.connect();
    } catch (cause) {
      void this.#reset();
      throw failure(cause);
    }
  }

  async send(records: readonly OutgoingRecord[]): Promise<Placement[]> {
    const placed: Placement[] = [];
    for (const chunk of chunksOf(records)) placed.push(...(await this.#sendChunk(chunk)));
    return placed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reset();
  }

  /** Leaders move and connections break: a failure is worth another look at the cluster. */
  async #sendChunk(records: readonly OutgoingRecord[]): Promise<Placement[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#sendOnce(records);
      } catch (cause) {
        const error = failure(cause);
        if (error.code !== 'invalid_event') void this.#reset();
        if (error.code === 'invalid_event' || attempt === ATTEMPTS) throw error;
        await sleep(RETRY_MS);
      }
    }
  }

  async #sendOnce(records: readonly OutgoingRecord[]): Promise<Placement[]> {
    const cluster = (this.#cluster ??= this.#client.cluster());
    if (!cluster.isConnected()) await cluster.connect();
    const targets = await this.#targets(cluster, records);
    const placements: Placement[] = [];
    const byLeader = Map.groupBy(targets, ({ leader }) => leader);
    await Promise.all([...byLeader].map(([leader, list]) => this.#produce(cluster, leader, list, placements)));
    return placements;
  }

  async #produce(cluster: Cluster, nodeId: number, targets: Target[], placements: Placement[]): Promise<void> {
    const broker = await cluster.findBroker({ nodeId });
    const { acks } = await broker.connectionPool.send(
      produceRequest(targets satisfies readonly PartitionRecords[], ACK_TIMEOUT_MS, Date.now()),
    );
    for (const { topic, partition, errorCode, baseOffset } of acks) {
      if (errorCode !== 0) throw createErrorFromCode(errorCode);
      const target = targets.find((one) => one.topic === topic && one.partition === partition);
      target?.indexes.forEach((index, delta) => {
        placements[index] = { topic, partition, offset: String(baseOffset + delta) };
      });
    }
  }

  async #targets(cluster: Cluster, records: readonly OutgoingRecord[]): Promise<Target[]> {
    const targets = new Map<string, Target>();
    for (const [index, record] of records.entries()) {
      const { topic, key } = record;
      const leaders = this.#known(topic) ?? (await this.#leadersOf(cluster, topic));
      const partition = key ? partitionOf(key, leaders.length) : this.#keyless++ % leaders.length;
      const name = `${topic}/${partition}`;
      let target = targets.get(name);
      if (!target) {
        target = { topic, partition, leader: leaders[partition] ?? -1, records: [], indexes: [] };
        targets.set(name, target);
      }
      target.records.push(record);
      target.indexes.push(index);
    }
    return [...targets.values()];
  }

  #known(topic: string): readonly number[] | undefined {
    return performance.now() - this.#metadataAt < METADATA_MAX_AGE_MS ? this.#leaders.get(topic) : undefined;
  }

  async #leadersOf(cluster: Cluster, topic: string): Promise<readonly number[]> {
    await cluster.addMultipleTargetTopics([topic]);
    await cluster.refreshMetadata();
    if (performance.now() - this.#metadataAt >= METADATA_MAX_AGE_MS) this.#leaders.clear();
    this.#metadataAt = performance.now();
    const leaders: number[] = [];
    for (const { partitionId, leader } of cluster.findTopicPartitionMetadata(topic)) leaders[partitionId] = leader;
    if (leaders.length === 0) throw new WeirError('peer_unavailable', `Kafka has no topic ${topic}.`);
    this.#leaders.set(topic, leaders);
    return leaders;
  }

  /**
   * A cluster object does not always get over a broken connection or a topic that is gone; a new one does. Requests of
   * others that are in flight still get their answers.
   */
  async #reset(): Promise<void> {
    const cluster = this.#cluster;
    this.#cluster = undefined;
    this.#leaders.clear();
    await cluster?.disconnect().catch((error: unknown) => {
      this.#client.logger.debug({ err: error }, 'a producer connection closed with an error');
    });
  }
}

/** In order, each of a size that Kafka takes, or one larger record alone. */
function* chunksOf(records: readonly OutgoingRecord[]): Generator<readonly OutgoingRecord[]> {
  let from = 0;
  let bytes = 0;
  for (const [index, record] of records.entries()) {
    const size = sizeOf(record);
    if (index > from && bytes + size > MAX_REQUEST_BYTES) {
      yield records.slice(from, index);
      from = index;
      bytes = 0;
    }
    bytes += size;
  }
  yield from === 0 ? records : records.slice(from);
}

function isProtocolError(error: unknown): error is { readonly type: string } {
  return typeof error === 'object' && error !== null && 'type' in error && typeof error.type === 'string';
}

function failure(cause: unknown): WeirError {
  if (isProtocolError(cause) && HOPELESS.has(cause.type)) {
    return new WeirError('invalid_event', `Kafka refuses a record (${cause.type}).`, { cause });
  }
  return new WeirError('peer_unavailable', 'Kafka does not take records now.', { cause });
}
