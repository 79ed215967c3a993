import type { Logger } from '@weir/telemetry';
import { sleep } from './timing.js';

export interface PeriodicTaskOptions {
  readonly name: string;
  readonly intervalMs: number;
  /** One turn. A turn that fails is logged once, counted, and tried again after the interval. */
  readonly turn: (signal: AbortSignal) => Promise<void>;
  readonly logger: Logger;
  readonly onFailure?: () => void;
}

/** Takes turns from its start until it is stopped, one after the other, the first one at once. */
export class PeriodicTask {
  readonly #options: PeriodicTaskOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #isFailing = false;

  constructor(options: PeriodicTaskOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#loop();
  }

  /** Resolves when the current turn has ended. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #loop(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#turn(signal);
      await sleep(this.#options.intervalMs, signal).catch(() => undefined);
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    const { name, turn, logger, onFailure } = this.#options;
    try {
      await turn(signal);
      this.#isFailing = false;
    } catch (error) {
      onFailure?.();
      if (!this.#isFailing) logger.warn({ err: error, task: name }, 'a scheduled task fails for now');
      this.#isFailing = true;
    }
  }
}
