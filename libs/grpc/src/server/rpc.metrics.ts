import { GRPC } from '@weir/errors';
import { counter, gauge, histogram, type Bound, type Metrics } from '@weir/telemetry';
import type { ServerCall } from './server-call.js';

/** Names as go-grpc-middleware has them, which dashboards know. */
export const rpcMetrics = {
  handled: counter('grpc_server_handled_total', 'Calls that ended, by status.', [
    'grpc_service',
    'grpc_method',
    'grpc_code',
  ]),
  seconds: histogram(
    'grpc_server_handling_seconds',
    'Time from the arrival of a call to its end.',
    ['grpc_service', 'grpc_method'],
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  ),
  linksOpen: gauge('weir_link_open', 'Whether the link to a peer stands.', ['peer']),
  linkCalls: gauge('weir_link_calls', 'Calls open on the link to a peer.', ['peer']),
  linksServed: gauge('weir_link_served', 'Links that peers hold to this process.'),
};

const CODE_NAMES = new Map<number, string>(
  Object.entries(GRPC).map(([name, code]) => [code, name === 'OK' ? 'OK' : camelCase(name)]),
);

function camelCase(name: string): string {
  return name.replace(/([A-Z])([A-Z]*)_?/g, (_, first: string, rest: string) => first + rest.toLowerCase());
}

interface Instruments {
  readonly ok: { inc(): void };
  readonly seconds: { observe(value: number): void };
}

/** Counts ended calls; looks labels up once per method. */
export class CallMeter {
  readonly #bound: Bound<typeof rpcMetrics>;
  readonly #byPath = new Map<string, Instruments>();

  constructor(metrics: Metrics) {
    this.#bound = metrics.bind(rpcMetrics);
  }

  record(call: ServerCall, status: number, seconds: number): void {
    const { path, service, name } = call.method;
    const instruments = this.#byPath.get(path) ?? this.#instrument(path, service, name);
    if (status === GRPC.OK) instruments.ok.inc();
    else
      this.#bound.handled.inc({
        grpc_service: service,
        grpc_method: name,
        grpc_code: CODE_NAMES.get(status) ?? 'Unknown',
      });
    if (call.trace?.sampled) {
      this.#bound.seconds.observeTraced({ grpc_service: service, grpc_method: name }, seconds, call.trace.traceId);
      return;
    }
    instruments.seconds.observe(seconds);
  }

  #instrument(path: string, service: string, name: string): Instruments {
    const labels = { grpc_service: service, grpc_method: name };
    const observe = (value: number) => this.#bound.seconds.observe(labels, value);
    const instruments = { ok: this.#bound.handled.labels({ ...labels, grpc_code: 'OK' }), seconds: { observe } };
    this.#byPath.set(path, instruments);
    return instruments;
  }
}
