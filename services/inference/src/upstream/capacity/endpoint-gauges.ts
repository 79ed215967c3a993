import type { Bound } from '@weir/telemetry';
import type { EndpointStatus } from '../../deployments/engine-backend.js';
import type { inferenceMetrics } from '../../inference.metrics.js';

type Gauges = Pick<
  Bound<typeof inferenceMetrics>,
  'endpointEjected' | 'upstreamQueued' | 'upstreamRunning' | 'upstreamKvUsage'
>;

/** Shows the addresses of one deployment as metrics, and none that it has no more. */
export class EndpointGauges {
  private shown: readonly string[] = [];

  constructor(
    private readonly gauges: Gauges,
    private readonly engine: string,
  ) {}

  show(endpoints: readonly EndpointStatus[]): void {
    const { endpointEjected, upstreamQueued, upstreamRunning, upstreamKvUsage } = this.gauges;
    const urls = endpoints.map(({ url }) => url);
    for (const endpoint of this.shown.filter((url) => !urls.includes(url))) {
      const labels = { engine: this.engine, endpoint };
      for (const gauge of [endpointEjected, upstreamQueued, upstreamRunning, upstreamKvUsage]) gauge.remove(labels);
    }
    for (const { url, state, queued, running, kvUsage } of endpoints) {
      const labels = { engine: this.engine, endpoint: url };
      endpointEjected.set(labels, state === 'ejected' ? 1 : 0);
      upstreamQueued.set(labels, queued);
      upstreamRunning.set(labels, running);
      upstreamKvUsage.set(labels, kvUsage);
    }
    this.shown = urls;
  }
}
