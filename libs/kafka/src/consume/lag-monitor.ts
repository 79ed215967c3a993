import type { Source } from '@weir/config';
import type { Bound, Logger } from '@weir/telemetry';
import type { ClusterView } from '../client/cluster-view.js';
import type { kafkaMetrics } from '../kafka.metrics.js';
import type { ConsumerRuntime } from './consumer-runtime.js';
import { ProgressWatchdog } from './progress-watchdog.js';

export interface LagMonitorOptions {
  readonly view: ClusterView;
  /** False while Kafka is known to be away: nothing is asked then. */
  readonly available: () => boolean;
  readonly lagMs: number;
  readonly stalledMs: number;
  readonly metrics: Bound<typeof kafkaMetrics>;
  readonly logger: Logger;
  readonly source: Source;
  readonly onStalled: (reason: string) => void;
}

/** Looks at the ends of all consumed topics with one request, and at who does not move. */
export class LagMonitor implements AsyncDisposable {
  readonly #options: LagMonitorOptions;
  readonly #watched = new Map<ConsumerRuntime, ProgressWatchdog>();
  readonly #stalled = new Set<ConsumerRuntime>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  constructor(options: LagMonitorOptions) {
    this.#options = options;
  }

  watch(consumer: ConsumerRuntime): void {
    this.#watched.set(consumer, new ProgressWatchdog(this.#options.stalledMs));
    this.#timer ??= setInterval(() => this.#lookOnce(), this.#options.lagMs);
  }

  forget(consumer: ConsumerRuntime): void {
    this.#watched.delete(consumer);
    this.#stalled.delete(consumer);
  }

  stalled(consumer: ConsumerRuntime): boolean {
    return this.#stalled.has(consumer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  #lookOnce(): void {
    // In finally(), which is always later than the assignment: a look that waits for nothing must not count for ever.
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
  }

  async #look(): Promise<void> {
    const { view, available, source, logger } = this.#options;
    try {
      const topics = [...new Set([...this.#watched.keys()].flatMap((consumer) => consumer.topics))];
      const ends = available() && topics.length > 0 ? await view.endOffsets(topics) : undefined;
      for (const [consumer, watchdog] of this.#watched) {
        if (ends) consumer.measure(ends);
        // One that is not in its group although Kafka answers has work that it does not see.
        const lag = consumer.joined ? consumer.dueLag : 1;
        // The time that it waits for others is not held against it: ending the process would not bring them back.
        const look = ends && !consumer.waiting ? { lag, finished: consumer.finished } : undefined;
        const stalled = watchdog.look(source.monotonic(), look);
        this.#report(consumer, stalled);
      }
    } catch (error) {
      for (const watchdog of this.#watched.values()) watchdog.look(source.monotonic(), undefined);
      logger.debug({ err: error }, 'the lag of the consumers could not be measured');
    }
  }

  #report(consumer: ConsumerRuntime, stalled: boolean): void {
    const { group, topic } = consumer;
    this.#options.metrics.stalled.set({ group, topic }, stalled ? 1 : 0);
    if (!stalled) return void this.#stalled.delete(consumer);
    if (this.#stalled.has(consumer)) return;
    this.#stalled.add(consumer);
    this.#options.logger.error({ group, topic, lag: consumer.lag() }, 'a consumer makes no progress');
    this.#options.onStalled(`consumer ${group} of ${topic} makes no progress`);
  }
}
