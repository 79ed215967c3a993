import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LOGGER, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { sleep } from '@weir/resilience';
import { Metrics, type Bound, type Logger } from '@weir/telemetry';
import { EVALUATOR_SETTINGS, type EvaluatorSettings } from '../evaluator.config.js';
import { evaluatorMetrics } from '../evaluator.metrics.js';
import { JobRepository } from './job.repository.js';

const JOBS_PER_TURN = 100;

/** Ends jobs whose process is gone, since their keys went with it, and deletes old ones. */
@Injectable()
export class OrphanService implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #stop = new AbortController();
  readonly #metrics: Bound<typeof evaluatorMetrics>;
  #running: Promise<void> = Promise.resolve();
  #isFailing = false;

  constructor(
    private readonly jobs: JobRepository,
    @Inject(SOURCE) private readonly source: Source,
    @Inject(EVALUATOR_SETTINGS) private readonly settings: EvaluatorSettings,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.#metrics = metrics.bind(evaluatorMetrics);
  }

  onApplicationBootstrap(): void {
    this.#running = this.#loop();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #loop(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#turn();
      await sleep(this.settings.orphanMs / 3, signal).catch(() => undefined);
    }
  }

  async #turn(): Promise<void> {
    try {
      for (const id of await this.jobs.orphans(this.settings.orphanMs)) await this.#fail(id);
      await this.jobs.forget(this.source.now() - this.settings.retentionMs, JOBS_PER_TURN);
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) this.logger.warn({ err: error }, 'abandoned evaluation jobs cannot be looked for now');
      this.#isFailing = true;
    }
  }

  async #fail(id: string): Promise<void> {
    const reason = 'the process that ran it ended, and its key with it';
    const end = { state: 'failed', reason, scores: [], passed: undefined, endedMs: this.source.now() } as const;
    if (await this.jobs.end(id, undefined, end)) this.#metrics.jobs.inc({ state: 'failed' });
  }
}
