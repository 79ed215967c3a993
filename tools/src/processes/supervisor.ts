import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceProcess } from './service-process.js';

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 10_000;
/** A process that ran this long has recovered: its next end counts as the first. */
const RECOVERED_MS = 60_000;
const MOST_RESTARTS = 10;

/** Starts processes again when they end, later after each failure, and gives up on one that keeps ending. */
export class Supervisor {
  private readonly stopping = new AbortController();
  private readonly watches: Promise<void>[] = [];
  private readonly loss = Promise.withResolvers<string>();

  constructor(private readonly processes: readonly ServiceProcess[]) {}

  /** Settles with the name of a process that was given up. */
  get lost(): Promise<string> {
    return this.loss.promise;
  }

  /** Watches processes that run. */
  watch(): void {
    this.watches.push(...this.processes.map((process) => this.keep(process)));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.processes.map((process) => process.stop()));
    await Promise.all(this.watches);
  }

  private async keep(process: ServiceProcess): Promise<void> {
    const { signal } = this.stopping;
    for (let restarts = 0; ; restarts += 1) {
      const started = performance.now();
      await process.ended;
      if (signal.aborted) return;
      if (performance.now() - started > RECOVERED_MS) restarts = 0;
      if (restarts === MOST_RESTARTS) return this.loss.resolve(process.name);
      await delay(restartDelayMs(restarts), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      await process.start();
    }
  }
}

/** Doubles from half a second to ten. */
export function restartDelayMs(restarts: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** restarts, LONGEST_DELAY_MS);
}
