import { code, page, section, table } from './markdown.js';
import type { OwnedMetrics } from './metric-sets.js';

export function metricsPage(owned: readonly OwnedMetrics[]): string {
  return page(
    'Metrics',
    '`GET /metrics` of every process, OpenMetrics text. Counters and histograms carry exemplars with `trace_id` where a trace is sampled. ' +
      'Beside these, every process has the Node.js runtime metrics of prom-client unless `WEIR_RUNTIME_METRICS` is false.',
    ...owned.map(({ owner, metrics }) =>
      section(
        owner,
        table(
          ['metric', 'kind', 'labels', 'what it says'],
          metrics.map(({ name, kind, labels, help }) => [code(name), kind, labels.map(code).join(' '), help]),
        ),
      ),
    ),
  );
}
