import { Inject, Injectable } from '@nestjs/common';
import { SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { asWeirError, WeirError, type ErrorCode } from '@weir/errors';
import { RetryBudget } from '@weir/resilience';
import { Metrics, type Bound } from '@weir/telemetry';
import { LinkedAbort } from '../pipeline/abort.js';
import type { RequestRun } from '../pipeline/request-run.js';
import { ROUTER_SETTINGS, type RouterSettings } from '../router.config.js';
import { routerMetrics } from '../router.metrics.js';
import type { Attempt } from './attempt.js';
import type { Candidate } from './candidates.js';
import { DeploymentStatesConsumer } from './deployment-states.consumer.js';
import { EngineClient } from './engine.client.js';
import { pick } from './picker.js';

/** Failures of one target that another one may not have. */
const FALLBACK_CODES: ReadonlySet<ErrorCode> = new Set([
  'engine_unavailable',
  'engine_failed',
  'engine_overloaded',
  'upstream_error',
  'unimplemented',
]);

/** Lets even a quiet router try one other target per second. */
const MIN_RETRIES_PER_SECOND = 1;

/**
 * Chooses a target and runs the request there. The only owner of retries: other targets are tried until text has reached
 * the client, inside one budget for the whole process.
 */
@Injectable()
export class GenerationService {
  readonly #engine: EngineClient;
  readonly #states: DeploymentStatesConsumer;
  readonly #source: Source;
  readonly #metrics: Bound<typeof routerMetrics>;
  readonly #budget: RetryBudget;

  constructor(
    engine: EngineClient,
    states: DeploymentStatesConsumer,
    metrics: Metrics,
    @Inject(SOURCE) source: Source,
    @Inject(ROUTER_SETTINGS) settings: RouterSettings,
  ) {
    this.#engine = engine;
    this.#states = states;
    this.#source = source;
    this.#metrics = metrics.bind(routerMetrics);
    this.#budget = new RetryBudget({
      ratio: settings.retryPercent / 100,
      minPerSecond: MIN_RETRIES_PER_SECOND,
      now: () => source.monotonic(),
    });
  }

  /**
   * Runs every choice of the request on one target. `consume` takes one answer each, and is called again for the next
   * target. Throws what the first target failed with.
   */
  generate(run: RequestRun, consume: (attempt: Attempt) => Promise<void>): Promise<void> {
    return this.onTarget(run, async (target) => {
      using whole = new LinkedAbort(run.caller.signal);
      using stops = new DisposableStack();
      const attempts = run.attempt(target).map((choice) => {
        const own = stops.use(new LinkedAbort(whole.signal));
        const parts = this.#engine.generate(run, choice, target, own.signal);
        return { choice, parts, stop: () => own.abort() };
      });
      await allOrNone(attempts.map(consume), () => whole.abort());
    });
  }

  /** Chooses a target for some work, and another one while the work fails in a way that another one may not. */
  async onTarget<T>(run: RequestRun, work: (target: Candidate) => Promise<T>): Promise<T> {
    this.#budget.deposit();
    const tried = new Set<string>();
    let primary: WeirError | undefined;
    for (;;) {
      const target = pick(run.candidates, this.#situation(tried), this.#source.random);
      if (!target || (primary && !this.#mayRetry(primary))) throw primary ?? noTarget();
      tried.add(target.deploymentId);
      run.clock.lap('pick');
      try {
        return await work(target);
      } catch (error) {
        const failure = asWeirError(error);
        run.clock.lap('engine');
        if (run.committed || run.caller.signal.aborted || !FALLBACK_CODES.has(failure.code)) throw failure;
        primary ??= failure;
      }
    }
  }

  /** A target for a question that no engine has to work on. */
  pickFor(candidates: readonly Candidate[]): Candidate {
    const target = pick(candidates, this.#situation(new Set()), this.#source.random);
    if (!target) throw noTarget();
    return target;
  }

  #situation(tried: ReadonlySet<string>) {
    return { tried, now: this.#source.now(), stateOf: (id: string) => this.#states.stateOf(id) };
  }

  #mayRetry(failure: WeirError): boolean {
    const allowed = this.#budget.tryWithdraw();
    if (allowed) this.#metrics.fallbacks.inc({ code: failure.code });
    else this.#metrics.retryBudgetSpent.inc();
    return allowed;
  }
}

/** Waits for all of them, also when one fails: nothing of this attempt may run on into the next one. */
async function allOrNone(works: readonly Promise<void>[], stop: () => void): Promise<void> {
  let failed: { readonly error: unknown } | undefined;
  const settle = (work: Promise<void>) =>
    work.catch((error: unknown) => {
      failed ??= { error };
      stop();
    });
  await Promise.all(works.map(settle));
  if (failed) throw failed.error;
}

function noTarget(): WeirError {
  return new WeirError('engine_unavailable', 'No target of this model runs now.', { retryAfterMs: 1_000 });
}
