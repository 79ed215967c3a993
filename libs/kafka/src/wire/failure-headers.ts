import { isWeirError } from '@weir/errors';
import { deadLetterTopic, retryTopic } from './names.js';
import type { IncomingRecord, OutgoingRecord } from './record.js';

/*
 * Headers of records that failed, with the names of Spring Kafka, so that its tools and ours can read each other's.
 * Spring writes numbers big-endian; these are decimal text, which every console can show.
 */

const ORIGINAL_TOPIC = 'kafka_dlt-original-topic';
const ORIGINAL_PARTITION = 'kafka_dlt-original-partition';
const ORIGINAL_OFFSET = 'kafka_dlt-original-offset';
const ORIGINAL_TIMESTAMP = 'kafka_dlt-original-timestamp';
const ATTEMPTS = 'retry_topic-attempts';
const DUE_AT = 'retry_topic-backoff-timestamp';
const MAX_TEXT = 1024;
const MAX_STACK = 4096;

/** Where a record stood before it first failed, and how often it was delivered. */
export interface Delivery {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly timestamp: number;
  /** 1 = first delivery. */
  readonly attempt: number;
  /** Milliseconds since the epoch before which it must not be tried again; 0 = now. */
  readonly dueAt: number;
}

export function deliveryOf(record: IncomingRecord): Delivery {
  const { headers } = record;
  const earlier = natural(headers[ATTEMPTS]);
  if (earlier === undefined) {
    const { topic, partition, offset, timestamp } = record;
    return { topic, partition, offset, timestamp, attempt: 1, dueAt: 0 };
  }
  return {
    topic: headers[ORIGINAL_TOPIC] ?? record.topic,
    partition: natural(headers[ORIGINAL_PARTITION]) ?? record.partition,
    offset: String(natural(headers[ORIGINAL_OFFSET]) ?? record.offset),
    timestamp: natural(headers[ORIGINAL_TIMESTAMP]) ?? record.timestamp,
    attempt: earlier + 1,
    dueAt: natural(headers[DUE_AT]) ?? 0,
  };
}

export interface FailurePlan {
  /** Main topic as Kafka knows it. */
  readonly topic: string;
  /** Group without the prefix. */
  readonly group: string;
  readonly retryDelaysMs: readonly number[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The record's next place after a failure: a retry topic, or the dead-letter topic when no retry is left or of use. */
export function afterFailure(
  record: IncomingRecord,
  error: unknown,
  plan: FailurePlan,
): { readonly to: 'retry' | 'dead_letter'; readonly record: OutgoingRecord } {
  const delivery = deliveryOf(record);
  const delay = plan.retryDelaysMs[delivery.attempt - 1];
  const retry = isRetriable(error) && delay !== undefined;
  const headers: Record<string, string> = {
    ...record.headers,
    ...originHeaders(delivery, plan.group),
    ...causeHeaders(error),
    [ATTEMPTS]: String(delivery.attempt),
    'retry_topic-original-timestamp': String(delivery.timestamp),
  };
  delete headers[DUE_AT];
  if (retry) headers[DUE_AT] = String(plan.now + delay);
  const topic = retry ? retryTopic(plan.topic, plan.group, delivery.attempt) : deadLetterTopic(plan.topic, plan.group);
  return { to: retry ? 'retry' : 'dead_letter', record: { topic, key: record.key, value: record.value, headers } };
}

/** Typed errors say it themselves; `internal` and everything untyped may pass, so it is tried again. */
export function isRetriable(error: unknown): boolean {
  return !isWeirError(error) || error.retriable || error.code === 'internal';
}

function originHeaders(delivery: Delivery, group: string): Record<string, string> {
  return {
    [ORIGINAL_TOPIC]: delivery.topic,
    [ORIGINAL_PARTITION]: String(delivery.partition),
    [ORIGINAL_OFFSET]: delivery.offset,
    [ORIGINAL_TIMESTAMP]: String(delivery.timestamp),
    'kafka_dlt-original-timestamp-type': 'CreateTime',
    'kafka_dlt-original-consumer-group': group,
  };
}

/** A typed error's message is made for callers; of others only the name and the frames are kept, never their text. */
function causeHeaders(error: unknown): Record<string, string> {
  const name = isWeirError(error) ? `weir.${error.code}` : nameOf(error);
  const cause = error instanceof Error && error.cause !== undefined ? nameOf(error.cause) : undefined;
  const message = isWeirError(error) ? error.message : `${name}; the consumer's log has its text`;
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  return {
    'kafka_dlt-exception-fqcn': name,
    ...(cause === undefined ? {} : { 'kafka_dlt-exception-cause-fqcn': cause }),
    'kafka_dlt-exception-message': message.slice(0, MAX_TEXT),
    'kafka_dlt-exception-stacktrace': frames.join('\n').slice(0, MAX_STACK),
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

function natural(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return undefined;
  return Number(text);
}
