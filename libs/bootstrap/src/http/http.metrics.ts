import { counter, gauge, histogram } from '@weir/telemetry';

/** What every process measures at its HTTP door. */
export const httpMetrics = {
  duration: histogram(
    'http_server_request_duration_seconds',
    'Time from the first byte of a request to the end of its answer.',
    ['method', 'route', 'status'],
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  ),
  inFlight: gauge('http_server_active_requests', 'Requests that are not answered yet.'),
  abandoned: counter('weir_http_abandoned_total', 'Requests whose client left before the answer ended.', ['route']),
};
