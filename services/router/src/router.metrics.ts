import { counter, gauge, histogram } from '@weir/telemetry';

/** Buckets of the OpenTelemetry GenAI conventions: seconds of a whole request, and until its first token. */
const DURATION = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const FIRST_TOKEN = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const TOKENS = [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864];
const STAGE = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

export const routerMetrics = {
  requests: counter('weir_router_requests_total', 'Finished requests by their end.', ['door', 'outcome', 'code']),
  duration: histogram(
    'gen_ai_server_request_duration_seconds',
    'Time from the first byte of a request to the end of its answer.',
    ['gen_ai_operation_name', 'gen_ai_request_model', 'outcome'],
    DURATION,
  ),
  firstToken: histogram(
    'gen_ai_server_time_to_first_token_seconds',
    'Time from the first byte of a request to the first text of its answer.',
    ['gen_ai_operation_name', 'gen_ai_request_model'],
    FIRST_TOKEN,
  ),
  tokens: histogram(
    'gen_ai_client_token_usage',
    'Tokens of one request.',
    ['gen_ai_operation_name', 'gen_ai_request_model', 'gen_ai_token_type'],
    TOKENS,
  ),
  stage: histogram('weir_router_stage_duration_seconds', 'Time of one stage of a request.', ['stage'], STAGE),
  overhead: histogram(
    'weir_router_overhead_seconds',
    "Time that Weir's own stages added to one request.",
    ['door'],
    STAGE,
  ),
  inFlight: gauge('weir_router_in_flight_requests', 'Requests that run now.'),
  refused: counter('weir_router_refused_requests_total', 'Requests refused because too many ran.'),
  degraded: counter('weir_router_degraded_requests_total', 'Requests that passed without a control.', ['control']),
  fallbacks: counter('weir_router_fallbacks_total', 'Attempts on another target, by what the one before ended with.', [
    'code',
  ]),
  retryBudgetSpent: counter(
    'weir_router_retry_budget_exhausted_total',
    'Requests that were not tried elsewhere because the retry budget was used up.',
  ),
  leases: counter('weir_router_lease_calls_total', 'Calls to billing for a lease, by their end.', ['outcome']),
  leaseReturns: counter('weir_router_lease_returns_total', 'Leases given back to billing.', ['outcome']),
  overruns: counter('weir_router_reservation_overruns_total', 'Requests that used more than they had reserved.'),
  usageEstimated: counter(
    'weir_router_usage_estimated_total',
    'Requests that ended early and whose input tokens had to be counted or estimated.',
    ['source'],
  ),
  eventsSpooled: counter('weir_router_events_spooled_total', 'Events of finished requests that went to the spool.'),
  eventsLost: counter('weir_router_events_lost_total', 'Events of finished requests that could not be stored.'),
  pricesUnreadable: counter('weir_router_unreadable_prices_total', 'Prices from billing that could not be read.'),
};
