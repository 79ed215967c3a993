import type { Database } from '@weir/database';
import { backoffMs, sleep } from '@weir/resilience';
import type { Bound, Logger } from '@weir/telemetry';
import type { Source } from '@weir/config';
import type { kafkaMetrics } from '../kafka.metrics.js';
import type { OutgoingRecord } from '../wire/record.js';
import { moveBatch } from './outbox-batch.js';

/** Moves the outbox rows of one database to Kafka. Disposing finishes the batch in flight. */
export interface Relay extends AsyncDisposable {
  /** Looks for rows now instead of at the next poll. */
  kick(): void;
}

export interface RelayOptions {
  readonly database: Database;
  readonly topicPrefix: string;
  readonly send: (records: readonly OutgoingRecord[]) => Promise<unknown>;
  /** Whether Kafka takes records; no transaction is opened while it does not. */
  readonly available: () => boolean;
  readonly metrics: Bound<typeof kafkaMetrics>;
  readonly logger: Logger;
  readonly source: Source;
  readonly onClose: (relay: OutboxRelay) => void;
}

const BATCH = 500;
/** With this many rows that Kafka refuses, something is wrong with all of them: better to stop than to skip more. */
const MAX_REFUSED = 1000;
const BUSY_POLL_MS = 25;
const IDLE_POLL_MS = 200;
const BACKOFF = { baseMs: 100, capMs: 2000 };

export class OutboxRelay implements Relay {
  readonly #options: RelayOptions;
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  #wake: () => void = () => undefined;
  #kicked = false;
  readonly #refused = new Set<string>();

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  kick(): void {
    this.#kicked = true;
    this.#wake();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#closing.signal.aborted) this.#options.onClose(this);
    this.#closing.abort();
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    const { database, logger, source } = this.#options;
    let failures = 0;
    let idleMs = BUSY_POLL_MS;
    while (!signal.aborted) {
      this.#kicked = false;
      try {
        const moved = await this.#move();
        failures = 0;
        if (moved > 0) {
          idleMs = BUSY_POLL_MS;
          continue;
        }
        idleMs = Math.min(idleMs * 2, IDLE_POLL_MS);
        await this.#pause(idleMs);
      } catch (error) {
        const level = failures === 0 ? 'warn' : 'debug';
        logger[level]({ err: error, schema: database.schema }, 'outbox rows could not be relayed; still trying');
        const wait = backoffMs(failures++, { ...BACKOFF, random: source.random });
        await sleep(BUSY_POLL_MS + wait, signal).catch(() => undefined);
      }
    }
  }

  async #move(): Promise<number> {
    const { database, topicPrefix, send, available, metrics, logger } = this.#options;
    if (!available() || this.#refused.size >= MAX_REFUSED) return 0;
    const known = this.#refused.size;
    const moved = await moveBatch({ database, limit: BATCH, topicPrefix, send, refused: this.#refused });
    if (this.#refused.size > known) {
      logger.error(
        { schema: database.schema, ids: [...this.#refused].slice(known) },
        'Kafka refuses outbox rows; they stay',
      );
    }
    if (moved > 0) metrics.relayed.inc({ schema: database.schema }, moved);
    return moved;
  }

  /** Until the next poll, a kick or the close. */
  async #pause(ms: number): Promise<void> {
    if (this.#kicked || this.#closing.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
