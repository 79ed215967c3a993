import { formatUsd, parseUsd } from '@weir/contracts';
import { COUNTERS, type Contribution } from './contribution.js';
import { MINUTE_MS } from './periods.js';

/** One contribution for each subject and minute, whose sums are those of its parts. Exact: money stays an integer. */
export function mergeContributions(parts: readonly Contribution[]): Contribution[] {
  const groups = Map.groupBy(parts, ({ subject: { organizationId, projectId, model }, atMs }) =>
    JSON.stringify([organizationId, projectId, model, Math.floor(atMs / MINUTE_MS)]),
  );
  return [...groups.values()].map(merged);
}

function merged(parts: readonly Contribution[]): Contribution {
  const [first] = parts as [Contribution];
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const latencies = Map.groupBy(
    parts.flatMap((part) => part.latencies),
    ({ series, bucket }) => `${series}/${bucket}`,
  );
  return {
    subject: first.subject,
    atMs: first.atMs,
    counts: Object.fromEntries(COUNTERS.map((name) => [name, sum(parts.map(({ counts }) => counts[name] ?? 0))])),
    costUsd: formatUsd(parts.reduce((total, { costUsd }) => total + (parseUsd(costUsd) ?? 0n), 0n)),
    latencies: [...latencies.values()].map((same) => ({ ...same[0]!, count: sum(same.map(({ count }) => count)) })),
  };
}
