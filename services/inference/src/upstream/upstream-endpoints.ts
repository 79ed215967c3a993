import type { Source } from '@weir/config';
import type { DeploymentState } from '@weir/contracts';
import { OutlierEjection } from '@weir/resilience';
import type { EndpointStatus } from '../deployments/engine-backend.js';
import type { InferenceSettings } from '../inference.config.js';
import type { Dialect, ReportedLoad } from './capacity/dialect.js';
import { EndpointLoad } from './capacity/endpoint-load.js';
import { LoadProbe } from './capacity/load-probe.js';
import { UpstreamClient } from './upstream.client.js';

const FAILURES_IN_ROW = 5;
const MOST_EJECTED_PERCENT = 50;
const LONGEST_EJECTION_MS = 300_000;

export interface UpstreamEndpointsOptions {
  readonly deployment: DeploymentState;
  readonly secret: string;
  readonly settings: InferenceSettings;
  readonly source: Source;
}

/** One address of an upstream. */
export interface UpstreamEndpoint {
  readonly url: string;
  readonly client: UpstreamClient;
  readonly dialect: Dialect | undefined;
}

interface Endpoint extends UpstreamEndpoint {
  readonly load: EndpointLoad;
  readonly probe: LoadProbe;
  note: string;
}

export type Outcome = 'success' | 'failure' | 'ignore';

/** The addresses of one upstream: the least loaded of those in use is next; one that keeps failing is out for a while. */
export class UpstreamEndpoints implements AsyncDisposable {
  private readonly all: Endpoint[] = [];
  private readonly ejection: OutlierEjection;
  private turn = 0;

  /** @throws WeirError `invalid_configuration` when an address is none, or a private one */
  constructor({ deployment, secret, settings, source }: UpstreamEndpointsOptions) {
    const { engine, model_name } = deployment;
    const urls = new Set([engine.base_url, ...engine.more_base_urls]);
    for (const baseUrl of urls) {
      const client = new UpstreamClient({ baseUrl, engine, secret, settings, source });
      this.all.push(endpointOf({ baseUrl, client, model: engine.upstream_model || model_name, source }));
    }
    this.ejection = new OutlierEjection({
      endpoints: [...urls],
      maxEjectedPercent: MOST_EJECTED_PERCENT,
      consecutiveFailures: FAILURES_IN_ROW,
      baseEjectMs: settings.breakerOpenMs,
      capMs: LONGEST_EJECTION_MS,
      now: () => source.monotonic(),
      random: () => source.random(),
    });
  }

  get statuses(): EndpointStatus[] {
    return this.all.map(({ url, load, note }) => {
      const { ejected, reason } = this.ejection.state(url);
      return { url, state: ejected ? 'ejected' : 'in_use', reason: reason || note, ...load.current };
    });
  }

  /** Of all addresses together. */
  get load(): ReportedLoad {
    const loads = this.all.map(({ load }) => load.current);
    const told = this.all.filter(({ load }) => load.hasReport).map(({ load }) => load.current.kvUsage);
    return {
      queued: sum(loads.map(({ queued }) => queued)),
      running: sum(loads.map(({ running }) => running)),
      kvUsage: told.length === 0 ? 0 : sum(told) / told.length,
    };
  }

  /** Runs a request at the least loaded address, and learns from how it ended. */
  async *through<T>(
    request: (endpoint: UpstreamEndpoint) => AsyncIterable<T>,
    outcomeOf: (error: unknown) => Outcome,
  ): AsyncGenerator<T> {
    const endpoint = this.next();
    // Left by its reader, a request says nothing of the address.
    let outcome: Outcome = 'ignore';
    using _counted = endpoint.load.begin();
    try {
      yield* request(endpoint);
      outcome = 'success';
    } catch (error) {
      outcome = outcomeOf(error);
      throw error;
    } finally {
      endpoint.load.ended(outcome);
      this.ejection.report(endpoint.url, outcome);
    }
  }

  /** Asks every address for its load. One that does not answer keeps what it said until that is too old. */
  async probe(signal: AbortSignal): Promise<void> {
    await Promise.allSettled(
      this.all.map(async (endpoint) => {
        const { load, note } = await endpoint.probe.read(signal);
        endpoint.note = note;
        if (load) endpoint.load.report(load);
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.all.map(({ client }) => client[Symbol.asyncDispose]()));
  }

  /** The least loaded address in use, for a question that is no request. */
  get idlest(): UpstreamEndpoint {
    return this.next();
  }

  /** Equals take turns. */
  private next(): Endpoint {
    const available = this.ejection.available();
    const inUse = this.all.filter(({ url }) => available.includes(url));
    const [first, ...others] = inUse.map((_, index) => inUse[(index + this.turn) % inUse.length] as Endpoint);
    this.turn = (this.turn + 1) % this.all.length;
    return others.reduce((best, one) => (one.load.score < best.load.score ? one : best), first as Endpoint);
  }
}

interface EndpointParts {
  readonly baseUrl: string;
  readonly client: UpstreamClient;
  readonly model: string;
  readonly source: Source;
}

function endpointOf({ baseUrl, client, model, source }: EndpointParts): Endpoint {
  const probe = new LoadProbe({
    get: (path, signal) => client.probe(path, signal),
    rootPath: client.rootPath,
    model,
  });
  const load = new EndpointLoad(() => source.monotonic());
  return {
    url: baseUrl,
    client,
    load,
    probe,
    note: '',
    get dialect() {
      return probe.dialect;
    },
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
