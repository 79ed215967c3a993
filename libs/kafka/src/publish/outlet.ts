import { isWeirError, WeirError } from '@weir/errors';
import type { Bound, Logger } from '@weir/telemetry';
import type { Source } from '@weir/config';
import type { Placement } from '../client/record-producer.js';
import type { kafkaMetrics } from '../kafka.metrics.js';
import type { Spool } from '../spool/spool.js';
import { sizeOf, type OutgoingRecord } from '../wire/record.js';
import type { Availability } from './availability.js';
import type { Batcher } from './batcher.js';
import type { Receipt } from './publisher.js';

export interface OutletOptions {
  readonly batcher: Batcher;
  readonly spool: Spool;
  readonly availability: Availability;
  readonly metrics: Bound<typeof kafkaMetrics>;
  readonly logger: Logger;
  readonly source: Source;
  /** Called after a record went to the spool while Kafka is there. */
  readonly onSpooled: () => void;
}

/** Kafka's default limit is 1 MiB for a batch; a record also needs room for its frame. */
const MAX_RECORD_BYTES = 900_000;

/** Makes one record durable: in Kafka if it answers in time, in the spool otherwise. */
export class Outlet {
  readonly #options: OutletOptions;

  constructor(options: OutletOptions) {
    this.#options = options;
  }

  async store(
    record: OutgoingRecord,
    event: { readonly id: string; readonly type: string },
    wait: { readonly timeoutMs: number; readonly lingerMs: number },
  ): Promise<Receipt> {
    const bytes = sizeOf(record);
    if (bytes > MAX_RECORD_BYTES) {
      throw new WeirError(
        'payload_too_large',
        `An event of ${event.type} has ${bytes} bytes; ${MAX_RECORD_BYTES} is the most.`,
      );
    }
    const { metrics, spool, availability, source } = this.#options;
    const startedAt = source.monotonic();
    const placement = availability.up ? await this.#tryKafka(record, wait) : undefined;
    if (placement) {
      metrics.publishSeconds.observe((source.monotonic() - startedAt) / 1000);
      metrics.published.inc({ topic: event.type, stored: 'kafka' });
      return { stored: 'kafka', id: event.id, ...placement };
    }
    try {
      await spool.append(record);
    } catch (error) {
      metrics.published.inc({ topic: event.type, stored: 'nowhere' });
      throw error;
    }
    metrics.published.inc({ topic: event.type, stored: 'spool' });
    if (availability.up) this.#options.onSpooled();
    return { stored: 'spool', id: event.id };
  }

  async #tryKafka(
    record: OutgoingRecord,
    { timeoutMs, lingerMs }: { readonly timeoutMs: number; readonly lingerMs: number },
  ): Promise<Placement | undefined> {
    const { batcher, availability, logger } = this.#options;
    const waiting = batcher.offer(record, lingerMs);
    if (!waiting) return undefined;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), timeoutMs + lingerMs);
    });
    try {
      const placement = await Promise.race([waiting.placement, late]);
      if (placement) return placement;
      waiting.withdraw();
      // Its failure, if one comes later, was answered by the spool already.
      waiting.placement.catch((error: unknown) => logger.debug({ err: error }, 'a late send failed'));
      availability.markDown(new WeirError('deadline_exceeded', `Kafka did not acknowledge within ${timeoutMs} ms.`));
      return undefined;
    } catch (error) {
      if (!isWeirError(error) || error.code !== 'invalid_event') availability.markDown(error);
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }
}
