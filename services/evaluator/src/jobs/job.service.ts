import { Inject, Injectable } from '@nestjs/common';
import { Authenticator, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { WeirError } from '@weir/errors';
import type { Principal } from '@weir/grpc';
import { Metrics, type Bound } from '@weir/telemetry';
import { evaluatorMetrics } from '../evaluator.metrics.js';
import { JobRunner } from '../running/job-runner.service.js';
import { JobChanges } from './job-changes.js';
import { hasEnded, type Job, type JobView } from './job.js';
import type { JobOrder } from './job-order.js';
import { JobRepository } from './job.repository.js';

/** How often a watched job is looked at for changes of other processes. */
const LOOK_MS = 1000;
const MOST_WATCHERS = 256;

@Injectable()
export class JobService {
  readonly #metrics: Bound<typeof evaluatorMetrics>;

  constructor(
    private readonly jobs: JobRepository,
    private readonly runner: JobRunner,
    private readonly changes: JobChanges,
    private readonly authenticator: Authenticator,
    @Inject(SOURCE) private readonly source: Source,
    metrics: Metrics,
  ) {
    this.#metrics = metrics.bind(evaluatorMetrics);
  }

  /**
   * Stores and starts a job; it belongs to the project of the key that it calls with.
   * @throws WeirError of the key, `permission_denied` when it is not one of the caller's organisation or cannot call
   * models, `rate_limit_exceeded` when too many jobs wait.
   */
  async create(order: JobOrder, caller: Principal | undefined): Promise<Job> {
    const owner = this.#ownerOf(order.apiKey, caller);
    using places = new DisposableStack();
    const place = places.use(this.runner.reserve());
    const job = this.#newJob(order, owner);
    await this.jobs.add(job, this.runner.id);
    places.move();
    this.runner.start(job, order, place);
    return job;
  }

  async get(id: string, view: JobView): Promise<Job> {
    const job = await this.jobs.find(id, view);
    if (!job) throw new WeirError('not_found', 'There is no such evaluation job.', { param: 'id' });
    return job;
  }

  list(view: JobView, page: { readonly limit: number; readonly beforeId: string }): Promise<Job[]> {
    return this.jobs.list(view, page);
  }

  /** Ends a job that has not ended. @throws WeirError `not_found`, `failed_precondition` when it has. */
  async cancel(id: string, view: JobView): Promise<Job> {
    const job = await this.get(id, view);
    const end = { state: 'cancelled', reason: 'cancelled on request', scores: [], passed: undefined } as const;
    const cancelled = await this.jobs.end(job.id, undefined, { ...end, endedMs: this.source.now() });
    if (!cancelled) throw new WeirError('failed_precondition', 'The job has ended already.', { param: 'id' });
    this.runner.stop(id);
    this.changes.tell(id);
    this.#metrics.jobs.inc({ state: 'cancelled' });
    return cancelled;
  }

  /** The job now and after every change, until it has ended or the signal aborts. */
  async *watch(id: string, view: JobView, signal: AbortSignal): AsyncGenerator<Job, void, undefined> {
    if (this.changes.watching >= MOST_WATCHERS) {
      throw new WeirError('rate_limit_exceeded', 'Too many evaluation jobs are watched.', { retryAfterMs: LOOK_MS });
    }
    let told = '';
    while (!signal.aborted) {
      // Asked for before the look, so that a change between the look and the wait wakes this at once.
      const changed = this.changes.next(id, LOOK_MS, signal);
      const job = await this.get(id, view);
      const state = `${job.state} ${job.done} ${job.failedRequests}`;
      if (state !== told) yield job;
      if (hasEnded(job)) return;
      told = state;
      await changed;
    }
  }

  #ownerOf(apiKey: string, caller: Principal | undefined): Principal {
    const owner = this.authenticator.authenticate(apiKey);
    if (caller && caller.organizationId !== owner.organizationId) {
      throw new WeirError('permission_denied', 'The key is of another organisation.', { param: 'api_key' });
    }
    const isScoped = caller !== undefined && !caller.scopes.includes('admin');
    if (isScoped && caller.projectId !== owner.projectId) {
      throw new WeirError('permission_denied', 'The key is of another project.', { param: 'api_key' });
    }
    if (owner.scopes.includes('inference') || owner.scopes.includes('admin')) return owner;
    throw new WeirError('permission_denied', 'The key lacks the scope inference.', { param: 'api_key' });
  }

  #newJob(order: JobOrder, owner: Principal): Job {
    return {
      id: this.source.uuid(),
      organizationId: owner.organizationId,
      projectId: owner.projectId,
      name: order.name,
      model: order.model,
      state: 'pending',
      stateReason: '',
      total: order.suite.items.length,
      done: 0,
      failedRequests: 0,
      suiteSha256: order.suite.sha256,
      concurrency: order.concurrency,
      threshold: order.threshold,
      scores: [],
      passed: undefined,
      createdMs: this.source.now(),
      endedMs: 0,
    };
  }
}
