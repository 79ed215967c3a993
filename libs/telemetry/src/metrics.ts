import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

interface Described<Kind extends string> {
  readonly kind: Kind;
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}
export type CounterDefinition = Described<'counter'>;
export type GaugeDefinition = Described<'gauge'>;
export type HistogramDefinition = Described<'histogram'> & { readonly buckets: readonly number[] };
export type MetricDefinition = CounterDefinition | GaugeDefinition | HistogramDefinition;

/** What one service or lib measures, by the name it uses in code. The reference is generated from these. */
export type MetricSet = Readonly<Record<string, MetricDefinition>>;

export const counter = (name: string, help: string, labels: readonly string[] = []): CounterDefinition => ({
  kind: 'counter',
  name,
  help,
  labels,
});

export const gauge = (name: string, help: string, labels: readonly string[] = []): GaugeDefinition => ({
  kind: 'gauge',
  name,
  help,
  labels,
});

export const histogram = (
  name: string,
  help: string,
  labels: readonly string[],
  buckets: readonly number[],
): HistogramDefinition => ({ kind: 'histogram', name, help, labels, buckets });

type LabelValues = Partial<Record<string, string | number>>;

/** A prom-client histogram whose observations may carry the trace they belong to. */
export class TracedHistogram extends Histogram {
  readonly #observe: (observation: { labels: LabelValues; value: number; exemplarLabels?: LabelValues }) => void;

  constructor(definition: HistogramDefinition, registry: Registry) {
    super({
      name: definition.name,
      help: definition.help,
      labelNames: [...definition.labels],
      buckets: [...definition.buckets],
      registers: [registry as never],
      enableExemplars: true,
    });
    // prom-client replaces observe() by one with another signature; both forms of the usual one stay valid here.
    this.#observe = this.observe.bind(this) as never;
    const observe = (labels: LabelValues | number, value?: number) =>
      typeof labels === 'number'
        ? this.#observe({ labels: {}, value: labels })
        : this.#observe({ labels, value: value ?? Number.NaN });
    this.observe = observe as typeof this.observe;
  }

  /** An observation that links to its trace in dashboards. */
  observeTraced(labels: LabelValues, value: number, traceId: string): void {
    this.#observe({ labels, value, exemplarLabels: { trace_id: traceId } });
  }
}

type Instrument<D> = D extends CounterDefinition ? Counter : D extends GaugeDefinition ? Gauge : TracedHistogram;

export type Bound<S extends MetricSet> = { readonly [K in keyof S]: Instrument<S[K]> };

/** The metrics of one process. Two processes in one program (as in tests) do not share any. */
export class Metrics {
  readonly #registry = new Registry();

  /** `runtime` adds the Node.js runtime metrics. */
  constructor(options: { readonly runtime?: boolean } = {}) {
    this.#registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
    if (options.runtime) collectDefaultMetrics({ register: this.#registry });
  }

  /** Creates the instruments of a set. A name that exists already gives the same instrument. */
  bind<S extends MetricSet>(set: S): Bound<S> {
    const bound = Object.entries(set).map(([key, definition]) => [key, this.#instrument(definition)]);
    return Object.fromEntries(bound) as Bound<S>;
  }

  /** The exposition in OpenMetrics text. */
  async render(): Promise<{ contentType: string; body: string }> {
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }

  #instrument(definition: MetricDefinition): unknown {
    const existing = this.#registry.getSingleMetric(definition.name);
    if (existing) return existing;
    if (definition.kind === 'histogram') return new TracedHistogram(definition, this.#registry);
    const shared = {
      name: definition.name,
      help: definition.help,
      labelNames: [...definition.labels],
      registers: [this.#registry],
    };
    return definition.kind === 'counter' ? new Counter(shared) : new Gauge(shared);
  }
}
