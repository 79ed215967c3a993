import { Inject, Injectable } from '@nestjs/common';
import { SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { asWeirError, WeirError, type ErrorCode } from '@weir/errors';
import { RetryBudget } from '@weir/resilience';
import { Metrics, type Bound } from '@weir/telemetry';
import { LinkedAbort } from '../pipeline/abort.js';
import type { Prompt } from '../pipeline/inference-request.js';
import type { RequestRun } from '../pipeline/request-run.js';
import { ROUTER_SETTINGS, type RouterSettings } from '../router.config.js';
import { routerMetrics } from '../router.metrics.js';
import type { Attempt } from './attempt.js';
import { DeploymentStatesConsumer } from './deployment-states.consumer.js';
import { EngineClient } from './engine.client.js';
import { pick } from './picker.js';

/** Failures of one target that another one may not have. */
const FALLBACK_CODES: ReadonlySet<ErrorCode> = new Set([
  'engine_unavailable',
  'engine_failed',
  'engine_overloaded',
  'upstream_error',
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

  /** `consume` takes the text of an attempt and is called again for the next one. Throws what the first target failed with. */
  async generate(run: RequestRun, prompt: Prompt, consume: (attempt: Attempt) => Promise<void>): Promise<void> {
    this.#budget.deposit();
    const tried = new Set<string>();
    let primary: WeirError | undefined;
    for (;;) {
      const target = pick(run.candidates, this.#situation(tried), this.#source.random);
      if (!target || (primary && !this.#mayRetry(primary))) throw primary ?? noTarget();
      tried.add(target.deploymentId);
      run.clock.lap('pick');
      using abort = new LinkedAbort(run.caller.signal);
      const texts = this.#engine.generate(run, target, prompt, abort.signal);
      try {
        return await consume({ texts, stop: () => abort.abort() });
      } catch (error) {
        const failure = asWeirError(error);
        run.clock.lap('engine');
        if (run.committed || run.caller.signal.aborted || !FALLBACK_CODES.has(failure.code)) throw failure;
        primary ??= failure;
      }
    }
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

function noTarget(): WeirError {
  return new WeirError('engine_unavailable', 'No target of this model runs now.', { retryAfterMs: 1_000 });
}
