import type { WeirError } from '@weir/errors';
import type { Bound } from '@weir/telemetry';
import type { RequestRun } from '../pipeline/request-run.js';
import type { routerMetrics } from '../router.metrics.js';

/** Set in errors of requests that guardrails itself refused to let pass, because a check failed that has to answer. */
export const DECIDED_CLOSED = 'decided_closed';

/** Whether the route lets text pass that nobody could decide on. A refusal of guardrails is a decision and stands. */
export function mayPassUnchecked({ route }: Pick<RequestRun, 'route'>, failure: WeirError): boolean {
  const isOutage = failure.code === 'guardrails_unavailable' && failure.details[DECIDED_CLOSED] !== true;
  return isOutage && route?.on_guardrails_error === 'open';
}

/** Marks a request of which something passed that was not, or not completely, checked. */
export function markUnchecked(run: Pick<RequestRun, 'degraded'>, metrics: Bound<typeof routerMetrics>): void {
  if (run.degraded.has('guardrails')) return;
  run.degraded.add('guardrails');
  metrics.degraded.inc({ control: 'guardrails' });
}
