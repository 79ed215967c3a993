export { createLogger, type Logger } from './logger.js';
export {
  counter,
  gauge,
  histogram,
  Metrics,
  TracedHistogram,
  type Bound,
  type CounterDefinition,
  type GaugeDefinition,
  type HistogramDefinition,
  type MetricDefinition,
  type MetricSet,
} from './metrics.js';
export { formatTraceparent, parseTraceparent, type TraceContext } from './trace-context.js';
export { Tracing, type Span, type SpanExporter, type SpanOptions } from './tracing.js';
