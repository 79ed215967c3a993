import { counter, gauge, histogram } from '@weir/telemetry';

export const externalMetrics = {
  checkRuns: counter('weir_guardrails_check_runs_total', 'Checks of texts, by how they went and what that meant.', [
    'check',
    'status',
    'outcome',
  ]),
  checkFailures: counter('weir_guardrails_check_failures_total', 'Checks that could not answer, by error code.', [
    'check',
    'code',
  ]),
  checkDuration: histogram(
    'weir_guardrails_check_seconds',
    'Time one check of texts took.',
    ['check'],
    [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
  ),
  checkBreakerState: gauge(
    'weir_guardrails_check_breaker_state',
    'Breaker of a check that asks another system: 0 closed, 1 half open, 2 open, 3 isolated.',
    ['check'],
  ),
};
