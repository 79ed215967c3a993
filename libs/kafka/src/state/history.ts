import type { EventData, EventDefinition, WeirEvent } from '@weir/contracts';
import { isWeirError, WeirError } from '@weir/errors';
import type { Logger } from '@weir/telemetry';
import type { KafkaClient } from '../client/kafka-client.js';
import { TopicReader } from '../client/topic-reader.js';
import { decodeEvent } from '../wire/cloud-event.js';
import type { IncomingRecord } from '../wire/record.js';
import { settlesWithin } from '../within.js';

export interface HistoryRange {
  /** Milliseconds since the epoch: records written from then on. */
  readonly sinceMs: number;
  readonly signal?: AbortSignal;
}

export interface HistoryOptions<D extends EventDefinition> extends HistoryRange {
  readonly client: KafkaClient;
  readonly event: D;
  /** Topic as Kafka knows it. */
  readonly topic: string;
  /** Creates the topic; rejects when Kafka is away. */
  readonly ensureTopic: () => Promise<void>;
  readonly logger: Logger;
}

const MAX_WAIT_MS = 1_000;
/** Empty answers in a row, although more was there at the start, after which reading has failed. */
const MAX_EMPTY_READS = 10;
const CLOSE_MS = 2_000;

/**
 * Every event of a topic since a time, up to the end seen at the start, in order per partition; undefined for a record
 * that is not this event. No group: nothing is committed. At most one fetch is in memory.
 * @throws WeirError `peer_unavailable` when Kafka is away or goes away; `cancelled` when the signal ends.
 */
export async function* readHistory<D extends EventDefinition>(
  options: HistoryOptions<D>,
): AsyncGenerator<WeirEvent<EventData<D>> | undefined> {
  const { event, signal, logger } = options;
  const reader = await reachable(() => open(options));
  try {
    for (let empty = 0; !isAtEnd(reader);) {
      refuseAborted(signal);
      const records = await reachable(() => reader.read(MAX_WAIT_MS));
      empty = records.length ? 0 : empty + 1;
      if (empty > MAX_EMPTY_READS) throw new WeirError('peer_unavailable', 'Kafka gives no more records.');
      for (const record of records) {
        refuseAborted(signal);
        // What was written meanwhile is not part of it: otherwise a busy topic would never end.
        if (Number(record.offset) < (reader.ends.get(record.partition) ?? 0)) yield eventOf(event, record);
      }
    }
  } finally {
    const closed = reader[Symbol.asyncDispose]();
    closed.catch((error: unknown) => logger.debug({ err: error }, 'a reader of history closed with an error'));
    await settlesWithin(closed, CLOSE_MS);
  }
}

async function open<D extends EventDefinition>({ client, topic, ensureTopic, sinceMs }: HistoryOptions<D>) {
  await ensureTopic();
  return TopicReader.openSince(client, topic, sinceMs);
}

function isAtEnd({ positions, ends }: TopicReader): boolean {
  for (const [partition, end] of ends) if ((positions.get(partition) ?? 0) < end) return false;
  return true;
}

function eventOf<D extends EventDefinition>(event: D, record: IncomingRecord): WeirEvent<EventData<D>> | undefined {
  try {
    return decodeEvent(event, record);
  } catch (error) {
    if (isWeirError(error)) return undefined;
    throw error;
  }
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new WeirError('cancelled', 'Nobody waits for the history any more.');
}

async function reachable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new WeirError('peer_unavailable', 'Kafka cannot be read now.', { cause: error, retryAfterMs: 5_000 });
  }
}
