import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.js';
import { counter, histogram, Metrics } from './metrics.js';
import { formatTraceparent, parseTraceparent } from './trace-context.js';
import { Tracing } from './tracing.js';

describe('trace context', () => {
  const valid = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  it('reads and writes the W3C form', () => {
    expect(formatTraceparent(parseTraceparent(valid)!)).toBe(valid);
    expect(parseTraceparent(valid.replace(/01$/, '00'))?.sampled).toBe(false);
  });

  it.each([
    undefined,
    '',
    valid.replace('00-', 'ff-'),
    `${valid}-extra`,
    valid.replace('0af7651916cd43dd8448eb211c80319c', '0'.repeat(32)),
    valid.replace('b7ad6b7169203331', '0'.repeat(16)),
    valid.toUpperCase(),
  ])('refuses %j', (text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  });
});

describe('Tracing', () => {
  const create = (sampleRatio: number) => {
    const exporter = new InMemorySpanExporter();
    return { exporter, tracing: Tracing.create({ serviceName: 't', sampleRatio, endpoint: '', exporter }) };
  };

  it('continues the trace of its parent and records its error code, not its text', () => {
    const { exporter, tracing } = create(0);
    const parent = parseTraceparent('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')!;
    const span = tracing.startSpan('chat', { parent, kind: 'server', attributes: { a: 1 } });
    expect(span.context.traceId).toBe(parent.traceId);
    span.end(Object.assign(new Error('secret text'), { code: 'engine_failed' }));
    const [recorded] = exporter.getFinishedSpans();
    expect(recorded?.status.message).toBe('engine_failed');
    expect(JSON.stringify(recorded?.attributes)).toBe('{"a":1}');
  });

  it('gives a valid context to what it does not record', () => {
    const { exporter, tracing } = create(0);
    const span = tracing.startSpan('chat');
    span.end();
    expect(span.context.sampled).toBe(false);
    expect(parseTraceparent(formatTraceparent(span.context))).toEqual(span.context);
    expect(exporter.getFinishedSpans()).toHaveLength(0);
  });
});

describe('Metrics', () => {
  it('renders what was bound, and binds a name once', async () => {
    const metrics = new Metrics();
    const set = {
      requests: counter('weir_test_requests_total', 'requests', ['door']),
      time: histogram('weir_test_seconds', 'time', [], [0.1, 1]),
    };
    metrics.bind(set).requests.inc({ door: 'http' });
    metrics.bind(set).requests.inc({ door: 'http' });
    metrics.bind(set).time.observe(0.5);
    metrics.bind(set).time.observe({}, 0.05);
    metrics.bind(set).time.observeTraced({}, 0.7, 'abc');
    const { body, contentType } = await metrics.render();
    expect(contentType).toContain('openmetrics');
    expect(body).toContain('weir_test_requests_total{door="http"} 2');
    expect(body).toContain('weir_test_seconds_bucket{le="1"} 3 # {trace_id="abc"} 0.7');
    expect(body).toContain('weir_test_seconds_count 3');
    expect(body.trimEnd().endsWith('# EOF')).toBe(true);
  });
});

describe('createLogger', () => {
  it('never writes a secret, at any of three depths', () => {
    const lines: string[] = [];
    const logger = createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } });
    logger.info({ authorization: 'Bearer x1', request: { api_key: 'x2', body: { content: 'x3' } } }, 'seen');
    expect(lines.join('')).not.toMatch(/x[123]/);
    expect(lines.join('')).toContain('[redacted]');
  });
});
