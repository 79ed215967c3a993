import type { KafkaClient } from './kafka-client.js';
import type { Cluster } from './kafkajs-internals.js';

/** End offset (the next one to be written) by topic and partition. */
export type EndOffsets = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** One shared connection for questions about the cluster. A broken one is replaced at the next question. */
export class ClusterView implements AsyncDisposable {
  readonly #client: KafkaClient;
  #cluster: Cluster | undefined;

  constructor(client: KafkaClient) {
    this.#client = client;
  }

  /** Rejects when no broker answers. */
  async ping(): Promise<void> {
    await this.#ask((cluster) => cluster.refreshMetadata());
  }

  async endOffsets(topics: readonly string[]): Promise<EndOffsets> {
    return this.#ask(async (cluster) => {
      await cluster.addMultipleTargetTopics(topics);
      const questions = topics.map((topic) => ({
        topic,
        fromBeginning: false,
        partitions: cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => ({ partition: partitionId })),
      }));
      const answers = await cluster.fetchTopicsOffset(questions);
      return new Map(
        answers.map(({ topic, partitions }) => [
          topic,
          new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)])),
        ]),
      );
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const cluster = this.#cluster;
    this.#cluster = undefined;
    await cluster?.disconnect();
  }

  async #ask<T>(question: (cluster: Cluster) => Promise<T>): Promise<T> {
    const cluster = (this.#cluster ??= this.#client.cluster());
    try {
      await cluster.connect();
      return await question(cluster);
    } catch (error) {
      if (this.#cluster === cluster) {
        this.#cluster = undefined;
        await cluster.disconnect();
      }
      throw error;
    }
  }
}
