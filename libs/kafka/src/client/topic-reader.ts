import { incomingRecord, type IncomingRecord } from '../wire/record.js';
import type { KafkaClient } from './kafka-client.js';
import type { Cluster, FetchedMessage } from './kafkajs-internals.js';

const MAX_FETCH_BYTES = 4 * 1024 * 1024;
const READ_COMMITTED = 1;

/** Reads all partitions of one topic without a group: positions live here and nowhere else. */
export class TopicReader implements AsyncDisposable {
  readonly #cluster: Cluster;
  readonly #topic: string;
  readonly #positions: Map<number, number>;
  /** Where each partition ended when the reader was opened. */
  readonly ends: ReadonlyMap<number, number>;

  private constructor(cluster: Cluster, topic: string, positions: Map<number, number>, ends: Map<number, number>) {
    this.#cluster = cluster;
    this.#topic = topic;
    this.#positions = positions;
    this.ends = ends;
  }

  /** `from` gives the positions of an earlier reader; other partitions begin at their start. Rejects while Kafka is away. */
  static async open(client: KafkaClient, topic: string, from: ReadonlyMap<number, number>): Promise<TopicReader> {
    const cluster = client.cluster();
    try {
      await cluster.connect();
      await cluster.addMultipleTargetTopics([topic]);
      const starts = await offsetsOf(cluster, topic, { fromBeginning: true });
      const ends = await offsetsOf(cluster, topic, {});
      const positions = new Map<number, number>();
      for (const [partition, start] of starts) {
        const known = from.get(partition) ?? 0;
        // A position past the end belongs to a topic that was deleted and created again.
        positions.set(partition, known > (ends.get(partition) ?? 0) ? start : Math.max(start, known));
      }
      return new TopicReader(cluster, topic, positions, ends);
    } catch (error) {
      await cluster.disconnect();
      throw error;
    }
  }

  /** Begins at the first record of a time (milliseconds since the epoch) or later. Rejects while Kafka is away. */
  static async openSince(client: KafkaClient, topic: string, sinceMs: number): Promise<TopicReader> {
    const reader = await TopicReader.open(client, topic, new Map());
    try {
      const found = await offsetsOf(reader.#cluster, topic, { fromTimestamp: sinceMs });
      for (const [partition, end] of reader.ends) {
        const offset = found.get(partition) ?? -1;
        reader.#positions.set(partition, offset < 0 ? end : offset);
      }
      return reader;
    } catch (error) {
      await reader[Symbol.asyncDispose]();
      throw error;
    }
  }

  get positions(): ReadonlyMap<number, number> {
    return this.#positions;
  }

  /** The next records in the order of each partition; empty when none came within the time. */
  async read(maxWaitMs: number): Promise<IncomingRecord[]> {
    const byLeader = new Map<number, number[]>();
    for (const { partitionId, leader } of this.#cluster.findTopicPartitionMetadata(this.#topic)) {
      byLeader.set(leader, [...(byLeader.get(leader) ?? []), partitionId]);
    }
    const answers = await Promise.all(
      [...byLeader].map(([nodeId, partitions]) => this.#fetch(nodeId, partitions, maxWaitMs)),
    );
    return answers.flat();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cluster.disconnect();
  }

  async #fetch(nodeId: number, partitions: readonly number[], maxWaitTime: number): Promise<IncomingRecord[]> {
    const broker = await this.#cluster.findBroker({ nodeId });
    const questions = partitions.map((partition) => ({
      partition,
      fetchOffset: String(this.#positions.get(partition) ?? 0),
      maxBytes: MAX_FETCH_BYTES,
    }));
    const { responses } = await broker.fetch({
      maxWaitTime,
      minBytes: 1,
      maxBytes: MAX_FETCH_BYTES,
      isolationLevel: READ_COMMITTED,
      topics: [{ topic: this.#topic, partitions: questions }],
    });
    return responses.flatMap((response) =>
      response.partitions.flatMap(({ partition, messages }) => this.#take(partition, messages)),
    );
  }

  /** A batch may begin before the position that was asked for. */
  #take(partition: number, messages: readonly FetchedMessage[]): IncomingRecord[] {
    const position = this.#positions.get(partition) ?? 0;
    const fresh = messages.filter((message) => Number(message.offset) >= position);
    const last = fresh.at(-1);
    if (last) this.#positions.set(partition, Number(last.offset) + 1);
    return fresh
      .filter((message) => !message.isControlRecord)
      .map((message) => incomingRecord(this.#topic, partition, message));
  }
}

async function offsetsOf(
  cluster: Cluster,
  topic: string,
  from: { readonly fromBeginning?: boolean; readonly fromTimestamp?: number },
): Promise<Map<number, number>> {
  const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => ({ partition: partitionId }));
  const [answer] = await cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning: false, ...from }]);
  return new Map((answer?.partitions ?? []).map(({ partition, offset }) => [partition, Number(offset)]));
}
