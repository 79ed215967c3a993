import type { Bound } from '@weir/telemetry';
import { outcomeOf, type RequestRun } from '../pipeline/request-run.js';
import type { routerMetrics } from '../router.metrics.js';

/** What the metrics keep of a finished request. A model label appears only for routes that exist, so it stays bounded. */
export class RunMetrics {
  readonly #metrics: Bound<typeof routerMetrics>;

  constructor(metrics: Bound<typeof routerMetrics>) {
    this.#metrics = metrics;
  }

  observe(run: RequestRun): void {
    const { caller, route, clock, use, firstTextMs } = run;
    const outcome = outcomeOf(run);
    this.#metrics.requests.inc({ door: caller.door, outcome, code: run.error?.code ?? 'ok' });
    this.#metrics.overhead.observe({ door: caller.door }, clock.overheadMs / 1000);
    for (const [stage, ms] of clock.entries()) this.#metrics.stage.observe({ stage }, ms / 1000);
    if (!route) return;
    const model = {
      gen_ai_operation_name: run.request.operation,
      gen_ai_request_model: route.alias,
    };
    this.#observeDuration({ ...model, outcome }, run);
    if (firstTextMs !== undefined) this.#metrics.firstToken.observe(model, firstTextMs / 1000);
    if (use.inputTokens + use.outputTokens === 0) return;
    this.#metrics.tokens.observe({ ...model, gen_ai_token_type: 'input' }, use.inputTokens);
    this.#metrics.tokens.observe({ ...model, gen_ai_token_type: 'output' }, use.outputTokens);
  }

  #observeDuration(labels: Record<string, string>, { caller, elapsedMs }: RequestRun): void {
    const { trace } = caller;
    if (trace?.sampled) this.#metrics.duration.observeTraced(labels, elapsedMs / 1000, trace.traceId);
    else this.#metrics.duration.observe(labels, elapsedMs / 1000);
  }
}
