import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@weir/database';
import { COUNTERS, type Contribution, type LatencySeries } from './contribution.js';
import { LogHistogram } from './log-histogram.js';
import { HOUR_MS, MINUTE_MS, type Period, type Resolution } from './periods.js';

/** Which aggregates are meant; what is undefined does not narrow. */
export interface AggregateFilter {
  readonly organizationId: string | undefined;
  readonly projectId: string | undefined;
  readonly model: string | undefined;
}

export interface AggregateSums {
  readonly requests: number;
  readonly errors: number;
  readonly blocked: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: string;
}

export interface ModelCount {
  readonly model: string;
  readonly requests: number;
  readonly errors: number;
}

const COLUMNS = COUNTERS.join(', ');
/** Parameters $1 to $9 are the subject, the time, the cost and the latencies; the counters follow. */
const VALUES = COUNTERS.map((_, index) => `$${index + 10}::bigint`).join(', ');
const ADDED = COUNTERS.map((name) => `${name} = a.${name} + excluded.${name}`).join(', ');

/** One statement for a subject's minute and hour, sums and latencies. */
const ADD = `
  WITH period(resolution_ms, start_ms) AS (VALUES (${MINUTE_MS}, $4::bigint), (${HOUR_MS}, $5::bigint)),
  summed AS (
    INSERT INTO aggregates AS a (organization_id, project_id, model, resolution_ms, start_ms, cost_usd, ${COLUMNS})
    SELECT $1, $2, $3, resolution_ms, start_ms, $6::numeric, ${VALUES} FROM period
    ON CONFLICT (project_id, model, resolution_ms, start_ms)
    DO UPDATE SET cost_usd = a.cost_usd + excluded.cost_usd, ${ADDED})
  INSERT INTO histograms AS h (organization_id, project_id, model, resolution_ms, start_ms, series, bucket, count)
  SELECT $1, $2, $3, resolution_ms, start_ms, series, bucket, count
  FROM period, unnest($7::text[], $8::int[], $9::bigint[]) AS latency(series, bucket, count)
  ON CONFLICT (project_id, model, resolution_ms, start_ms, series, bucket) DO UPDATE SET count = h.count + excluded.count`;

/** Joins a table with the periods of a query ($1 to $3) and narrows it ($4 to $6). */
const inPeriods = (table: string) => `
  FROM ${table} AS t JOIN unnest($1::int[], $2::bigint[], $3::bigint[]) AS period(resolution_ms, from_ms, to_ms)
    ON t.resolution_ms = period.resolution_ms AND t.start_ms >= period.from_ms AND t.start_ms < period.to_ms
  WHERE ($4::text IS NULL OR t.organization_id = $4) AND ($5::text IS NULL OR t.project_id = $5)
    AND ($6::text IS NULL OR t.model = $6)`;

@Injectable()
export class AggregateRepository {
  constructor(private readonly database: Database) {}

  async add(tx: Transaction, { subject, atMs, costUsd, counts, latencies }: Contribution): Promise<void> {
    const { organizationId, projectId, model } = subject;
    await tx.query(ADD, [
      organizationId,
      projectId,
      model,
      startOf(atMs, MINUTE_MS),
      startOf(atMs, HOUR_MS),
      costUsd,
      latencies.map(({ series }) => series),
      latencies.map(({ bucket }) => bucket),
      latencies.map(({ count }) => count),
      ...COUNTERS.map((name) => counts[name] ?? 0),
    ]);
  }

  async sums(periods: readonly Period[], filter: AggregateFilter): Promise<AggregateSums> {
    const sum = (column: string) => `coalesce(sum(${column}), 0) AS ${column}`;
    const columns = ['requests', 'errors', 'blocked', 'input_tokens', 'output_tokens'].map(sum).join(', ');
    const [row] = await this.database.query<Record<string, string>>(
      `SELECT ${columns}, trim_scale(coalesce(sum(cost_usd), 0))::text AS cost_usd ${inPeriods('aggregates')}`,
      parametersOf(periods, filter),
    );
    return {
      requests: Number(row?.['requests']),
      errors: Number(row?.['errors']),
      blocked: Number(row?.['blocked']),
      inputTokens: Number(row?.['input_tokens']),
      outputTokens: Number(row?.['output_tokens']),
      costUsd: row?.['cost_usd'] ?? '0',
    };
  }

  async latencies(
    periods: readonly Period[],
    filter: AggregateFilter,
  ): Promise<Readonly<Record<LatencySeries, LogHistogram>>> {
    const rows = await this.database.query<{ series: LatencySeries; bucket: number; count: string }>(
      `SELECT series, bucket, sum(count) AS count ${inPeriods('histograms')} GROUP BY series, bucket`,
      parametersOf(periods, filter),
    );
    const histograms = { duration: new LogHistogram(), time_to_first_token: new LogHistogram() };
    for (const { series, bucket, count } of rows) histograms[series].addBucket(bucket, Number(count));
    return histograms;
  }

  /** Models with any request, by the hours that are kept; the 1000 with most requests. */
  async models(organizationId: string | undefined): Promise<ModelCount[]> {
    const rows = await this.database.query<{ model: string; requests: string; errors: string }>(
      `SELECT model, sum(requests) AS requests, sum(errors) AS errors FROM aggregates
       WHERE resolution_ms = ${HOUR_MS} AND ($1::text IS NULL OR organization_id = $1)
       GROUP BY model HAVING sum(requests) > 0 ORDER BY sum(requests) DESC, model LIMIT 1000`,
      [organizationId ?? null],
    );
    return rows.map((row) => ({ model: row.model, requests: Number(row.requests), errors: Number(row.errors) }));
  }

  /** Deletes at most `limit` rows of a resolution that began before. Returns how many. */
  async forget(resolution: Resolution, beforeMs: number, limit: number): Promise<number> {
    let deleted = 0;
    for (const table of ['aggregates', 'histograms']) {
      const [row] = await this.database.query<{ deleted: string }>(
        `WITH gone AS (DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
           SELECT ctid FROM ${table} WHERE resolution_ms = $1 AND start_ms < $2 LIMIT $3)) RETURNING 1)
         SELECT count(*) AS deleted FROM gone`,
        [resolution, beforeMs, limit],
      );
      deleted += Number(row?.deleted);
    }
    return deleted;
  }
}

const startOf = (ms: number, step: number) => Math.floor(ms / step) * step;

function parametersOf(periods: readonly Period[], filter: AggregateFilter): unknown[] {
  return [
    periods.map(({ resolution }) => resolution),
    periods.map(({ fromMs }) => fromMs),
    periods.map(({ toMs }) => toMs),
    filter.organizationId ?? null,
    filter.projectId ?? null,
    filter.model ?? null,
  ];
}
