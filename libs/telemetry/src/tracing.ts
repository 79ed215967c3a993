import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  SimpleSpanProcessor,
  TraceIdRatioBasedSampler,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import type { TraceContext } from './trace-context.js';

export type { SpanExporter } from '@opentelemetry/sdk-trace-base';

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
};

export interface SpanOptions {
  readonly parent?: TraceContext | undefined;
  readonly kind?: keyof typeof KINDS;
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
}

/** One operation. Its context is valid whether or not it is recorded. */
export interface Span {
  readonly context: TraceContext;
  set(key: string, value: string | number | boolean): void;
  /** Ends the span; with an error its status becomes ERROR with the error's code, never its text. */
  end(error?: unknown): void;
}

/** Traces of one process. Nothing is exported unless an endpoint is set; ids flow in any case. */
export class Tracing {
  readonly #tracer: Tracer;
  readonly #provider: BasicTracerProvider;

  private constructor(provider: BasicTracerProvider) {
    this.#provider = provider;
    this.#tracer = provider.getTracer('weir');
  }

  /** `endpoint` is the OTLP/HTTP base URL; `exporter` replaces it in tests and exports at once. */
  static create(options: {
    readonly serviceName: string;
    readonly sampleRatio: number;
    readonly endpoint: string;
    readonly exporter?: SpanExporter;
  }): Tracing {
    const processors = [];
    if (options.exporter) processors.push(new SimpleSpanProcessor(options.exporter));
    else if (options.endpoint) {
      const url = `${options.endpoint.replace(/\/$/, '')}/v1/traces`;
      processors.push(new BatchSpanProcessor(new OTLPTraceExporter({ url }), { maxQueueSize: 2048 }));
    }
    return new Tracing(
      new BasicTracerProvider({
        resource: resourceFromAttributes({ 'service.name': options.serviceName, 'service.namespace': 'weir' }),
        sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(options.sampleRatio) }),
        spanProcessors: processors,
      }),
    );
  }

  startSpan(name: string, options: SpanOptions = {}): Span {
    const { parent } = options;
    const context = parent
      ? trace.setSpanContext(ROOT_CONTEXT, {
          traceId: parent.traceId,
          spanId: parent.spanId,
          traceFlags: parent.sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
          isRemote: true,
        })
      : ROOT_CONTEXT;
    const span = this.#tracer.startSpan(
      name,
      { kind: KINDS[options.kind ?? 'internal'], ...(options.attributes ? { attributes: options.attributes } : {}) },
      context,
    );
    const { traceId, spanId, traceFlags } = span.spanContext();
    return {
      context: { traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 },
      set: (key, value) => void span.setAttribute(key, value),
      end: (error) => {
        if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: codeOf(error) });
        span.end();
      },
    };
  }

  /** Exports what is left. */
  async shutdown(): Promise<void> {
    await this.#provider.shutdown();
  }
}

function codeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error) return String(error.code);
  return error instanceof Error ? error.name : 'error';
}
