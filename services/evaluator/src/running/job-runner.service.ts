import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { LOGGER, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { isWeirError, WeirError } from '@weir/errors';
import { backoffMs, Semaphore, sleep } from '@weir/resilience';
import { Metrics, type Bound, type Logger } from '@weir/telemetry';
import { EVALUATOR_SETTINGS, type EvaluatorSettings } from '../evaluator.config.js';
import { evaluatorMetrics } from '../evaluator.metrics.js';
import { JobChanges } from '../jobs/job-changes.js';
import type { Job } from '../jobs/job.js';
import type { JobOrder } from '../jobs/job-order.js';
import { JobRepository, type JobEnd } from '../jobs/job.repository.js';
import { FrontDoorClient } from './front-door.client.js';
import { JobRun } from './job-run.js';

/** Progress is stored at most this often. */
const SAVE_MS = 500;
const END_ATTEMPTS = 10;
const RETRY_AFTER_MS = 30_000;

interface Underway {
  readonly job: Job;
  readonly order: JobOrder;
  readonly run: JobRun;
  readonly stop: AbortController;
  phase: 'pending' | 'running';
}

/** Runs the jobs of this process. Their keys and suites are in its memory only, so that it alone can run them. */
@Injectable()
export class JobRunner implements OnApplicationShutdown {
  readonly id: string;
  readonly #places: Semaphore;
  readonly #slots: Semaphore;
  readonly #underway = new Map<string, Underway>();
  readonly #lifecycles = new Set<Promise<void>>();
  readonly #metrics: Bound<typeof evaluatorMetrics>;
  #isClosing = false;

  constructor(
    private readonly jobs: JobRepository,
    private readonly frontDoor: FrontDoorClient,
    private readonly changes: JobChanges,
    @Inject(SOURCE) private readonly source: Source,
    @Inject(EVALUATOR_SETTINGS) private readonly settings: EvaluatorSettings,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.id = source.uuid();
    this.#places = new Semaphore(settings.runningJobs + settings.waitingJobs);
    this.#slots = new Semaphore(settings.runningJobs);
    this.#metrics = metrics.bind(evaluatorMetrics);
  }

  /** Takes a place for a job. @throws WeirError `rate_limit_exceeded` when all are taken, `shutting_down`. */
  reserve(): Disposable {
    if (this.#isClosing) throw new WeirError('shutting_down', 'The evaluator shuts down.');
    const place = this.#places.tryAcquire();
    if (place) return place;
    throw new WeirError('rate_limit_exceeded', 'Too many evaluation jobs wait already.', {
      retryAfterMs: RETRY_AFTER_MS,
    });
  }

  /** Runs a stored job in the background; the place is given back at its end. */
  start(job: Job, order: JobOrder, place: Disposable): void {
    const stop = new AbortController();
    const underway: Underway = { job, order, stop, phase: 'pending', run: this.#runOf(order) };
    this.#underway.set(job.id, underway);
    this.#count();
    const lifecycle = this.#live(underway).finally(() => {
      place[Symbol.dispose]();
      this.#underway.delete(job.id);
      this.#lifecycles.delete(lifecycle);
      this.#count();
    });
    this.#lifecycles.add(lifecycle);
  }

  /** Stops the requests of a job that was ended by somebody else. */
  stop(jobId: string): void {
    this.#underway.get(jobId)?.stop.abort();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#isClosing = true;
    for (const { stop } of this.#underway.values()) stop.abort();
    await Promise.all(this.#lifecycles);
  }

  #runOf({ suite, concurrency, model, apiKey }: JobOrder): JobRun {
    const { attempts, retryBaseMs, outputTokens } = this.settings;
    return new JobRun({
      items: suite.items,
      concurrency,
      attempts,
      retryBaseMs,
      outputTokens,
      source: this.source,
      ask: (question, signal) => this.frontDoor.ask({ ...question, model, apiKey }, signal),
      onAttempt: (outcome) => this.#metrics.requests.inc({ outcome }),
      onResult: ({ metric, outcome }) => this.#metrics.items.inc({ metric, outcome }),
    });
  }

  async #live(underway: Underway): Promise<void> {
    const { job } = underway;
    const ended = new AbortController();
    const saving = this.#save(underway, ended.signal);
    try {
      const end = await this.#run(underway);
      ended.abort();
      await saving;
      await this.#end(underway, end);
    } catch (error) {
      this.logger.error({ err: error, jobId: job.id }, 'the end of an evaluation job could not be stored');
    } finally {
      ended.abort();
      this.changes.tell(job.id);
    }
  }

  async #run(underway: Underway): Promise<Omit<JobEnd, 'endedMs'>> {
    const { run, stop, order, job } = underway;
    try {
      using _slot = await this.#slots.acquire(stop.signal);
      underway.phase = 'running';
      this.#count();
      if (!(await this.jobs.beat(job.id, this.id, 'running'))) return failed('it was ended by another process');
      this.changes.tell(job.id);
      const hopeless = await run.run(stop.signal);
      return hopeless ? failed(hopeless.reason) : completed(run, order.threshold);
    } catch (error) {
      if (stop.signal.aborted)
        return failed(this.#isClosing ? 'the evaluator was stopped' : 'it was ended by another process');
      this.logger.error({ err: error, jobId: job.id }, 'an evaluation job broke off');
      return failed(isWeirError(error) ? error.code : 'internal');
    }
  }

  /** Stores progress and says that the runner lives, until the job has ended; stops it when it is no longer its own. */
  async #save(underway: Underway, ended: AbortSignal): Promise<void> {
    const { job, run, stop } = underway;
    while (!ended.aborted) {
      await sleep(SAVE_MS, ended).catch(() => undefined);
      if (ended.aborted) return;
      const progress = run.progress();
      try {
        const isOwn =
          progress.results.length > 0
            ? await this.jobs.progress(job.id, this.id, progress)
            : await this.jobs.beat(job.id, this.id, underway.phase);
        if (!isOwn) return stop.abort();
        run.saved(progress);
        if (progress.results.length > 0) this.changes.tell(job.id);
      } catch (error) {
        this.logger.warn(
          { err: error, jobId: job.id },
          'the progress of an evaluation job could not be stored for now',
        );
      }
    }
  }

  async #end({ job, run }: Underway, end: Omit<JobEnd, 'endedMs'>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        const stored = await this.jobs.end(job.id, this.id, { ...end, endedMs: this.source.now() }, run.progress());
        if (stored) this.#measure(stored);
        return;
      } catch (error) {
        if (attempt === END_ATTEMPTS || this.#isClosing) throw error;
        await sleep(backoffMs(attempt, { baseMs: 200, capMs: 5000, random: this.source.random }));
      }
    }
  }

  #measure({ state, createdMs, endedMs }: Job): void {
    this.#metrics.jobs.inc({ state });
    this.#metrics.jobSeconds.observe({ state }, (endedMs - createdMs) / 1000);
  }

  #count(): void {
    const phases = [...this.#underway.values()].map(({ phase }) => phase);
    const running = phases.filter((phase) => phase === 'running').length;
    this.#metrics.running.set(running);
    this.#metrics.waiting.set(phases.length - running);
  }
}

const failed = (reason: string): Omit<JobEnd, 'endedMs'> => ({
  state: 'failed',
  reason,
  scores: [],
  passed: undefined,
});

function completed({ tally }: JobRun, threshold: number | undefined): Omit<JobEnd, 'endedMs'> {
  const scores = tally.scores();
  if (scores.length === 0) return failed('no request was answered');
  const passed = threshold === undefined ? undefined : tally.passes(threshold);
  return { state: 'completed', reason: '', scores, passed };
}
