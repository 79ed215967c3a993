import { expect } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemSource } from '@weir/config';
import { auditRecorded, type AuditRecorded } from '@weir/contracts';
import { createLogger, Metrics, Tracing, type SpanExporter } from '@weir/telemetry';
import { KafkaBus, type ConsumerTuning } from '@weir/kafka';
import { Kafka, logLevel, type KafkaMessage } from 'kafkajs';

export const brokers = (process.env['KAFKA_BROKERS'] ?? '127.0.0.1:19092').split(',');
export const logger = createLogger({ level: process.env['WEIR_LOG_LEVEL'] ?? 'silent' });

/** Short times: the broker's own minimum for the session is 6 s. */
export const quick: Partial<ConsumerTuning> = { drainMs: 2000, maxWaitMs: 200, commitMs: 50, lagMs: 200 };

export interface TestBus extends AsyncDisposable {
  readonly bus: KafkaBus;
  readonly metrics: Metrics;
  readonly prefix: string;
  readonly spool: string;
}

export const uniquePrefix = () => `t${systemSource.uuid().replaceAll('-', '').slice(-12)}.`;

export async function openBus(
  options: {
    prefix?: string;
    brokers?: readonly string[];
    spool?: string;
    tuning?: Partial<ConsumerTuning>;
    exporter?: SpanExporter;
    spoolMaxBytes?: number;
  } = {},
): Promise<TestBus> {
  const spool = options.spool ?? (await mkdtemp(join(tmpdir(), 'weir-spool-')));
  const prefix = options.prefix ?? uniquePrefix();
  const metrics = new Metrics();
  const bus = await KafkaBus.connect({
    brokers: options.brokers ?? brokers,
    clientId: 'kafka-test',
    topicPrefix: prefix,
    replication: 1,
    spoolDirectory: spool,
    logger,
    metrics,
    tracing: Tracing.create({ serviceName: 'test', sampleRatio: 1, endpoint: '', exporter: options.exporter }),
    source: systemSource,
    tuning: { ...quick, ...options.tuning },
    spoolMaxBytes: options.spoolMaxBytes,
  });
  const dispose = async () => {
    await bus[Symbol.asyncDispose]();
    if (!options.spool) await rm(spool, { recursive: true });
  };
  return { bus, metrics, prefix, spool, [Symbol.asyncDispose]: dispose };
}

export function audit(organization: string, number: number): AuditRecorded {
  return {
    audit_id: `audit-${number}`,
    organization_id: organization,
    principal: 'someone',
    action: 'test',
    target: String(number),
    allowed: true,
    recorded_at: 1_700_000_000_000 + number,
  };
}

export const auditTopic = (prefix: string) => `${prefix}${auditRecorded.type}`;

/** Polls until the probe is truthy. */
export async function until<T>(probe: () => T | Promise<T>, timeoutMs = 20_000): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > deadline) expect.unreachable(`not within ${timeoutMs} ms: ${probe.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A client of no relation to the code under test: it writes what it likes and reads what is there. */
export class Outsider implements AsyncDisposable {
  readonly kafka = new Kafka({ brokers: [...brokers], clientId: 'outsider', logLevel: logLevel.NOTHING });
  readonly #producer = this.kafka.producer();
  readonly admin = this.kafka.admin();

  static async connect(): Promise<Outsider> {
    const outsider = new Outsider();
    await Promise.all([outsider.#producer.connect(), outsider.admin.connect()]);
    return outsider;
  }

  async write(
    topic: string,
    value: string | Buffer | null,
    headers: Record<string, string> = {},
    key = 'k',
  ): Promise<void> {
    await this.#producer.send({ topic, messages: [{ key, value, headers }] });
  }

  async committed(groupId: string, topic: string): Promise<number[]> {
    const [found] = await this.admin.fetchOffsets({ groupId, topics: [topic] });
    return (found?.partitions ?? []).map(({ offset }) => Number(offset)).filter((offset) => offset >= 0);
  }

  /** Everything that a topic holds now. */
  async readAll(topic: string): Promise<(KafkaMessage & { partition: number })[]> {
    // Just after its creation a topic may have no leader yet.
    const ends = await until(() => this.admin.fetchTopicOffsets(topic).catch(() => undefined));
    const total = ends.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
    const consumer = this.kafka.consumer({ groupId: `outsider-${systemSource.uuid()}`, maxWaitTimeInMs: 100 });
    const messages: (KafkaMessage & { partition: number })[] = [];
    try {
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      await consumer.run({
        eachMessage: async ({ message, partition }) => void messages.push({ ...message, partition }),
      });
      await until(() => messages.length >= total);
    } finally {
      await consumer.disconnect();
    }
    return messages;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#producer.disconnect(), this.admin.disconnect()]);
  }
}

export const textOf = (message: KafkaMessage, header: string) => message.headers?.[header]?.toString();
