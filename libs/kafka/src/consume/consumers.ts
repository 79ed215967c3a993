import type { Source } from '@weir/config';
import type { EventDefinition } from '@weir/contracts';
import type { Bound, Logger, Tracing } from '@weir/telemetry';
import type { ClusterView } from '../client/cluster-view.js';
import type { KafkaClient } from '../client/kafka-client.js';
import type { RecordSender } from '../client/record-producer.js';
import type { kafkaMetrics } from '../kafka.metrics.js';
import { retryTopics } from '../wire/names.js';
import { ConsumerRuntime } from './consumer-runtime.js';
import type { ConsumeOptions, Consumer } from './consumer.js';
import { Delivery } from './delivery.js';
import { LagMonitor } from './lag-monitor.js';
import type { ConsumerTuning } from './tuning.js';

export interface ConsumersOptions {
  readonly client: KafkaClient;
  readonly view: ClusterView;
  readonly sender: RecordSender;
  readonly topicPrefix: string;
  readonly tuning: ConsumerTuning;
  /** Creates the topics that are missing; rejects when Kafka is away. */
  readonly ensureTopics: () => Promise<void>;
  readonly available: () => boolean;
  readonly metrics: Bound<typeof kafkaMetrics>;
  readonly logger: Logger;
  readonly tracing: Tracing;
  readonly source: Source;
}

const DEFAULT_CONCURRENCY = 8;
export const DEFAULT_RETRY_DELAYS_MS: readonly number[] = [1000, 10_000, 60_000];

/** All consumers of one process, and the eye on them. */
export class Consumers implements AsyncDisposable {
  readonly #options: ConsumersOptions;
  readonly #running = new Set<ConsumerRuntime>();
  readonly #lag: LagMonitor;
  readonly #listeners: ((reason: string) => void)[] = [];

  constructor(options: ConsumersOptions) {
    this.#options = options;
    const { lagMs, stalledMs } = options.tuning;
    const onStalled = (reason: string) => this.#listeners.forEach((listener) => listener(reason));
    this.#lag = new LagMonitor({ ...options, lagMs, stalledMs, onStalled });
  }

  /** `topic` is the event's topic as Kafka knows it. */
  start<D extends EventDefinition>(topic: string, options: ConsumeOptions<D>): Consumer {
    const { event, group, retryDelaysMs = DEFAULT_RETRY_DELAYS_MS } = options;
    const { client, sender, metrics, tracing, source, tuning, ensureTopics, topicPrefix } = this.#options;
    const logger = this.#options.logger.child({ group, topic });
    const onEvent: ConsumeOptions<D>['onEvent'] = (delivered, context) => options.onEvent(delivered, context);
    const shared = { metrics, logger, source };
    const consumer = new ConsumerRuntime({
      ...shared,
      client,
      // A group of its own per topic: Kafka's classic protocol assigns wrongly when members want different topics.
      groupId: `${topicPrefix}${group}.${event.type}`,
      order: options.order ?? 'key',
      topics: [topic, ...retryTopics(topic, group, retryDelaysMs.length)],
      fromBeginning: options.fromBeginning ?? true,
      concurrency: options.concurrency ?? DEFAULT_CONCURRENCY,
      tuning,
      delivery: new Delivery({ ...shared, event, topic, group, retryDelaysMs, onEvent, sender, tracing }),
      ensureTopics,
      onClose: (closed) => {
        this.#running.delete(closed);
        this.#lag.forget(closed);
      },
    });
    this.#running.add(consumer);
    this.#lag.watch(consumer);
    return consumer;
  }

  onStalled(listener: (reason: string) => void): void {
    this.#listeners.push(listener);
  }

  problems(): string[] {
    return [...this.#running].flatMap((consumer) => {
      const name = `consumer ${consumer.group} of ${consumer.topic}`;
      if (this.#lag.stalled(consumer)) return `${name} makes no progress`;
      if (!consumer.joined) return `${name} is not in its group`;
      if (consumer.waiting) return `${name} waits for a service that is away`;
      return this.#options.available() ? [] : `${name} has lost Kafka`;
    });
  }

  /** Drains all of them at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running].map((consumer) => consumer[Symbol.asyncDispose]()));
    await this.#lag[Symbol.asyncDispose]();
  }
}
