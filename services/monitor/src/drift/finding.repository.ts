import { Injectable } from '@nestjs/common';
import type { MonitorFinding } from '@weir/contracts';
import { Database, type Transaction } from '@weir/database';

export interface FindingsPage {
  /** Undefined = of all. */
  readonly organizationId: string | undefined;
  readonly limit: number;
  /** Findings older than the one with this id; empty = from the newest. */
  readonly beforeId: string;
}

type StoredFinding = Omit<MonitorFinding, 'finding_id' | 'series_key' | 'found_at'> & {
  readonly id: string;
  readonly found_ms: string;
};

/** What was announced, for later questions. */
@Injectable()
export class FindingRepository {
  constructor(private readonly database: Database) {}

  async add(tx: Transaction, organizationId: string, finding: MonitorFinding): Promise<void> {
    await tx.query(
      `INSERT INTO findings (id, organization_id, kind, metric, project_id, model, series, state, value, threshold,
         p_value, reference_samples, current_samples, found_ms)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      [
        finding.finding_id,
        organizationId,
        finding.kind,
        finding.metric,
        finding.project_id,
        finding.model,
        finding.series,
        finding.state,
        finding.value,
        finding.threshold,
        finding.p_value,
        finding.reference_samples,
        finding.current_samples,
        finding.found_at,
      ],
    );
  }

  /** Newest first. */
  async list({ organizationId, limit, beforeId }: FindingsPage): Promise<MonitorFinding[]> {
    const rows = await this.database.query<StoredFinding>(
      `SELECT * FROM findings WHERE ($1::text IS NULL OR organization_id = $1) AND ($2 = '' OR id < nullif($2, '')::uuid)
       ORDER BY id DESC LIMIT $3`,
      [organizationId ?? null, beforeId, limit],
    );
    return rows.map(({ id, found_ms, ...row }) => ({
      ...row,
      finding_id: id,
      series_key: seriesKey(row),
      found_at: Number(found_ms),
    }));
  }

  async forget(beforeMs: number, limit: number): Promise<number> {
    const [row] = await this.database.query<{ deleted: string }>(
      `WITH gone AS (DELETE FROM findings WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM findings WHERE found_ms < $1 LIMIT $2)) RETURNING 1)
       SELECT count(*) AS deleted FROM gone`,
      [beforeMs, limit],
    );
    return Number(row?.deleted);
  }
}

export function seriesKey({
  project_id,
  model,
  series,
}: {
  project_id: string;
  model: string;
  series: string;
}): string {
  return `${project_id}/${model}/${series}`;
}
