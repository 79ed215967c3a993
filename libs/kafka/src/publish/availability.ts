import { backoffMs, sleep } from '@weir/resilience';
import type { Logger } from '@weir/telemetry';
import { settlesWithin } from '../within.js';

export interface AvailabilityOptions {
  /** Rejects while Kafka does not answer. */
  readonly probe: () => Promise<void>;
  readonly onChange: (up: boolean) => void;
  readonly logger: Logger;
  readonly random: () => number;
}

const PROBE_BACKOFF = { baseMs: 400, capMs: 2000 };
const PROBE_FLOOR_MS = 100;

/** Whether Kafka takes records. Once it is known to be away, nobody waits for it; a probe finds out when it is back. */
export class Availability implements AsyncDisposable {
  readonly #options: AvailabilityOptions;
  readonly #closing = new AbortController();
  #up = false;
  #probing: Promise<void> | undefined;

  constructor(options: AvailabilityOptions) {
    this.#options = options;
  }

  get up(): boolean {
    return this.#up;
  }

  /** Begins to probe; resolves at the first answer or after the time. */
  async start(timeoutMs: number): Promise<void> {
    this.#probing ??= this.#probe();
    await settlesWithin(this.#probing, timeoutMs);
  }

  /** Says that Kafka did not do its part. */
  markDown(reason: unknown): void {
    if (!this.#up || this.#closing.signal.aborted) return;
    this.#up = false;
    this.#options.logger.warn({ err: reason }, 'Kafka does not take records; events go to the spool');
    this.#options.onChange(false);
    this.#probing ??= this.#probe();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#up = false;
    await this.#probing;
  }

  async #probe(): Promise<void> {
    const { signal } = this.#closing;
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        await this.#options.probe();
        break;
      } catch (error) {
        if (attempt === 0) this.#options.logger.warn({ err: error }, 'Kafka cannot be reached; still trying');
      }
      const wait = PROBE_FLOOR_MS + backoffMs(attempt, { ...PROBE_BACKOFF, random: this.#options.random });
      await sleep(wait, signal).catch(() => undefined);
    }
    this.#probing = undefined;
    if (signal.aborted) return;
    this.#up = true;
    this.#options.logger.info('Kafka takes records');
    this.#options.onChange(true);
  }
}
