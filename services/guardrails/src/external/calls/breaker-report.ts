import type { BreakerCause, BreakerState } from '@weir/resilience';
import type { Bound, Logger } from '@weir/telemetry';
import type { externalMetrics } from '../external.metrics.js';

/** Values of the gauge. */
const STATES: Record<BreakerState, number> = { closed: 0, half_open: 1, open: 2, isolated: 3 };

/** `label`: of the system whose breaker changed. */
export type BreakerReport = (label: string, state: BreakerState, reason: string, cause: BreakerCause) => void;

/** Tells metrics and logs of the breakers of systems that are asked. */
export function breakerReport(metrics: Bound<typeof externalMetrics>, logger: Logger): BreakerReport {
  return (check, state, reason, cause) => {
    metrics.checkBreakerState.set({ check }, STATES[state]);
    if (reason) logger.warn({ check, state, cause, reason }, 'the breaker of a check changed');
  };
}
