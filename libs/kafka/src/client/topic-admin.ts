import type { TopicSettings } from '@weir/contracts';
import type { KafkaClient } from './kafka-client.js';

/** Creates topics and remembers them, so that they can be created again when a cluster comes back without them. */
export class TopicAdmin {
  readonly #client: KafkaClient;
  readonly #replication: number;
  readonly #wanted = new Map<string, TopicSettings>();
  readonly #existing = new Set<string>();
  #last: Promise<void> = Promise.resolve();

  constructor(client: KafkaClient, replication: number) {
    this.#client = client;
    this.#replication = replication;
  }

  /** Topics that were asked for and not seen in Kafka yet. */
  get missing(): string[] {
    return [...this.#wanted.keys()].filter((name) => !this.#existing.has(name));
  }

  want(topics: readonly TopicSettings[]): void {
    for (const topic of topics) this.#wanted.set(topic.name, topic);
  }

  /** Forgets what was seen, after a time in which the cluster may have changed. */
  lookAgain(): void {
    this.#existing.clear();
  }

  /** Creates what is missing; settings of existing topics stay as they are; one run at a time. Rejects when Kafka is away. */
  ensure(): Promise<void> {
    const next = this.#last.catch(() => undefined).then(() => this.#create());
    this.#last = next;
    return next;
  }

  async #create(): Promise<void> {
    if (this.missing.length === 0) return;
    const admin = this.#client.kafka.admin();
    try {
      await admin.connect();
      for (const name of await admin.listTopics()) if (this.#wanted.has(name)) this.#existing.add(name);
      const topics = this.missing.flatMap((name) => this.#wanted.get(name) ?? []);
      if (topics.length === 0) return;
      await admin.createTopics({ waitForLeaders: true, topics: topics.map((topic) => this.#creation(topic)) });
      for (const { name } of topics) this.#existing.add(name);
    } finally {
      await admin.disconnect();
    }
  }

  #creation(topic: TopicSettings) {
    return {
      topic: topic.name,
      numPartitions: topic.partitions,
      replicationFactor: this.#replication,
      configEntries: [
        { name: 'cleanup.policy', value: topic.compacted ? 'compact' : 'delete' },
        { name: 'retention.ms', value: String(topic.retentionMs) },
        { name: 'min.insync.replicas', value: String(Math.max(1, this.#replication - 1)) },
      ],
    };
  }
}
