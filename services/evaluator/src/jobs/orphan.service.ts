import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LOGGER, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { PeriodicTask } from '@weir/resilience';
import { Metrics, type Bound, type Logger } from '@weir/telemetry';
import { EVALUATOR_SETTINGS, type EvaluatorSettings } from '../evaluator.config.js';
import { evaluatorMetrics } from '../evaluator.metrics.js';
import { JobRepository } from './job.repository.js';

const JOBS_PER_TURN = 100;

/** Ends jobs whose process is gone, since their keys went with it, and deletes old ones. */
@Injectable()
export class OrphanService implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #metrics: Bound<typeof evaluatorMetrics>;
  readonly #task: PeriodicTask;

  constructor(
    private readonly jobs: JobRepository,
    @Inject(SOURCE) private readonly source: Source,
    @Inject(EVALUATOR_SETTINGS) private readonly settings: EvaluatorSettings,
    @Inject(LOGGER) logger: Logger,
    metrics: Metrics,
  ) {
    this.#metrics = metrics.bind(evaluatorMetrics);
    const turn = () => this.#turn();
    this.#task = new PeriodicTask({ name: 'abandoned jobs', intervalMs: settings.orphanMs / 3, turn, logger });
  }

  onApplicationBootstrap(): void {
    this.#task.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#task.stop();
  }

  async #turn(): Promise<void> {
    for (const id of await this.jobs.orphans(this.settings.orphanMs)) await this.#fail(id);
    await this.jobs.forget(this.source.now() - this.settings.retentionMs, JOBS_PER_TURN);
  }

  async #fail(id: string): Promise<void> {
    const reason = 'the process that ran it ended, and its key with it';
    const end = { state: 'failed', reason, scores: [], passed: undefined, endedMs: this.source.now() } as const;
    if (await this.jobs.end(id, undefined, end)) this.#metrics.jobs.inc({ state: 'failed' });
  }
}
