import type { Source } from '@weir/config';
import type { EventDefinition, WeirEvent } from '@weir/contracts';
import { isWeirError, type ErrorCode } from '@weir/errors';
import { backoffMs, sleep } from '@weir/resilience';
import { parseTraceparent, type Bound, type Logger, type Tracing } from '@weir/telemetry';
import type { RecordSender } from '../client/record-producer.js';
import type { kafkaMetrics } from '../kafka.metrics.js';
import { decodeEvent } from '../wire/cloud-event.js';
import { afterFailure, deliveryOf } from '../wire/failure-headers.js';
import type { IncomingRecord } from '../wire/record.js';
import type { DeliveryContext } from './consumer.js';

export interface DeliveryOptions {
  readonly event: EventDefinition;
  /** Main topic as Kafka knows it. */
  readonly topic: string;
  /** Group without the prefix. */
  readonly group: string;
  readonly retryDelaysMs: readonly number[];
  readonly onEvent: (event: WeirEvent<never>, context: DeliveryContext) => Promise<void>;
  readonly sender: RecordSender;
  readonly metrics: Bound<typeof kafkaMetrics>;
  readonly logger: Logger;
  readonly tracing: Tracing;
  readonly source: Source;
}

const MOVE_BACKOFF = { baseMs: 100, capMs: 2000 };
const WAIT_BACKOFF = { baseMs: 250, capMs: 5000 };

/** Something that the handler needs is away: not the fault of the event, which must not use up its retries. */
const AWAY: ReadonlySet<ErrorCode> = new Set(['database_unavailable', 'peer_unavailable']);

/** Brings one record to its handler, or on to the retry or dead-letter topic. */
export class Delivery {
  readonly #options: DeliveryOptions;
  #finished = 0;
  #waiting = 0;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Records that were finished, whatever their end. */
  get finished(): number {
    return this.#finished;
  }

  /** True while an event waits for something that its handler needs. */
  get waiting(): boolean {
    return this.#waiting > 0;
  }

  /** Milliseconds until a record of a retry topic may be tried again; 0 = now. */
  waitFor(record: IncomingRecord): number {
    const wait = deliveryOf(record).dueAt - this.#options.source.now();
    return Math.min(Math.max(0, wait), Math.max(0, ...this.#options.retryDelaysMs));
  }

  /** True when the record needs no further delivery here. */
  async deliver(record: IncomingRecord, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#handleWhenPossible(record, signal);
      this.#count('ok');
    } catch (error) {
      if (signal.aborted || !(await this.#moveOn(record, error, signal))) {
        this.#count('abandoned');
        return false;
      }
    }
    this.#finished += 1;
    return true;
  }

  async #handleWhenPossible(record: IncomingRecord, signal: AbortSignal): Promise<void> {
    const { source, logger, group, topic } = this.#options;
    for (let round = 0; ; round++) {
      try {
        return await this.#handle(record, signal);
      } catch (error) {
        if (signal.aborted || !isWeirError(error) || !AWAY.has(error.code)) throw error;
        if (round === 0)
          logger.warn({ err: error, topic, group, offset: record.offset }, 'an event waits for a service that is away');
        this.#waiting += 1;
        await sleep(backoffMs(round, { ...WAIT_BACKOFF, random: source.random }), signal).finally(
          () => (this.#waiting -= 1),
        );
      }
    }
  }

  async #handle(record: IncomingRecord, signal: AbortSignal): Promise<void> {
    const { event: definition, topic, group, tracing, metrics, source } = this.#options;
    const event = decodeEvent(definition, record);
    const { partition, offset, attempt } = deliveryOf(record);
    const parent = parseTraceparent(event.traceparent);
    const span = parent && tracing.startSpan(`${definition.type} process`, { parent, kind: 'consumer' });
    span?.set('messaging.system', 'kafka');
    span?.set('messaging.consumer.group.name', group);
    span?.set('messaging.destination.name', topic);
    span?.set('messaging.kafka.offset', offset);
    const startedAt = source.monotonic();
    try {
      const context = { signal, partition, offset, attempt, ...(span ? { trace: span.context } : {}) };
      await this.#options.onEvent(event as WeirEvent<never>, context);
      span?.end();
    } catch (error) {
      span?.end(error);
      throw error;
    } finally {
      metrics.handlerSeconds.observe({ group, topic: definition.type }, (source.monotonic() - startedAt) / 1000);
    }
  }

  /** Tries until Kafka has the record, or the partition is gone. */
  async #moveOn(record: IncomingRecord, error: unknown, signal: AbortSignal): Promise<boolean> {
    const { topic, group, retryDelaysMs, source, sender, logger } = this.#options;
    const next = afterFailure(record, error, { topic, group, retryDelaysMs, now: source.now() });
    const { partition, offset, attempt } = deliveryOf(record);
    const place = { err: error, topic, group, partition, offset, attempt, to: next.record.topic };
    logger.warn(place, next.to === 'retry' ? 'an event failed and will be tried again' : 'an event is a dead letter');
    for (let round = 0; !signal.aborted; round++) {
      try {
        await sender.send([next.record]);
        this.#count(next.to);
        return true;
      } catch (cause) {
        logger.warn({ err: cause, topic: next.record.topic }, 'a failed event could not be moved on yet');
        await sleep(backoffMs(round, { ...MOVE_BACKOFF, random: source.random }), signal).catch(() => undefined);
      }
    }
    return false;
  }

  #count(outcome: 'ok' | 'retry' | 'dead_letter' | 'abandoned'): void {
    this.#options.metrics.consumed.inc({ group: this.#options.group, topic: this.#options.event.type, outcome });
  }
}
