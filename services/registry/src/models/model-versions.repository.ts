import { Injectable } from '@nestjs/common';
import type { ModelVersionState, QualityReportState } from '@weir/contracts';
import { stored, type Queries, type Stored } from '../changes/stored.js';

interface VersionRow extends Pick<ModelVersionState, 'id' | 'model_name' | 'version' | 'format' | 'source'> {
  readonly quantization: string;
  readonly context_tokens: number;
  readonly artifacts: ModelVersionState['artifacts'];
  readonly lineage: ModelVersionState['lineage'] | null;
  readonly quality_reports: QualityReportState[];
  readonly created_at_ms: string;
  readonly revision: number;
}

const SELECT = `SELECT v.id, m.name AS model_name, v.version, v.format, v.source, v.quantization, v.context_tokens,
  v.lineage, v.created_at_ms, v.revision,
  COALESCE((SELECT jsonb_agg(jsonb_build_object('path', path, 'uri', uri, 'sha256', sha256, 'size_bytes', size_bytes)
    ORDER BY position) FROM artifacts WHERE version_id = v.id), '[]') AS artifacts,
  COALESCE((SELECT jsonb_agg(report ORDER BY measured_at_ms DESC, parent_sha256, corpus)
    FROM quality_reports WHERE version_id = v.id), '[]') AS quality_reports
  FROM model_versions v JOIN models m ON m.id = v.model_id`;

@Injectable()
export class ModelVersionsRepository {
  async insert(tx: Queries, modelId: string, version: ModelVersionState): Promise<void> {
    await tx.query(
      `INSERT INTO model_versions
         (id, model_id, version, format, source, quantization, context_tokens, created_at_ms, lineage)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        version.id,
        modelId,
        version.version,
        version.format,
        version.source,
        version.quantization,
        version.context_tokens,
        version.created_at,
        version.lineage ? JSON.stringify(version.lineage) : null,
      ],
    );
    await tx.query(
      `INSERT INTO artifacts (version_id, position, path, uri, sha256, size_bytes)
       SELECT $1::uuid, ordinality, path, uri, sha256, size_bytes FROM ROWS FROM (
         jsonb_to_recordset($2::jsonb) AS (path text, uri text, sha256 text, size_bytes bigint)) WITH ORDINALITY`,
      [version.id, JSON.stringify(version.artifacts)],
    );
  }

  async find(tx: Queries, modelName: string, version: number): Promise<Stored<ModelVersionState> | undefined> {
    const [row] = await tx.query<VersionRow>(`${SELECT} WHERE m.name = $1 AND v.version = $2`, [modelName, version]);
    return row && storedVersion(row);
  }

  /** Locks a version against other changes until the transaction ends. */
  async lock(tx: Queries, modelName: string, version: number): Promise<Stored<ModelVersionState> | undefined> {
    await tx.query(
      `SELECT v.id FROM model_versions v JOIN models m ON m.id = v.model_id
       WHERE m.name = $1 AND v.version = $2 FOR UPDATE OF v`,
      [modelName, version],
    );
    return this.find(tx, modelName, version);
  }

  /** Writes the reports of a version over what it had, and moves its revision on. */
  async setReports(tx: Queries, id: string, reports: readonly QualityReportState[]): Promise<void> {
    await tx.query(`UPDATE model_versions SET revision = revision + 1 WHERE id = $1`, [id]);
    await tx.query(`DELETE FROM quality_reports WHERE version_id = $1`, [id]);
    await tx.query(
      `INSERT INTO quality_reports (version_id, parent_sha256, corpus, measured_at_ms, report)
       SELECT $1::uuid, report ->> 'parent_sha256', report ->> 'corpus', (report ->> 'measured_at')::bigint, report
       FROM jsonb_array_elements($2::jsonb) AS report`,
      [id, JSON.stringify(reports)],
    );
  }

  async findById(tx: Queries, id: string): Promise<Stored<ModelVersionState> | undefined> {
    const [row] = await tx.query<VersionRow>(`${SELECT} WHERE v.id = $1`, [id]);
    return row && storedVersion(row);
  }
}

function storedVersion(row: VersionRow): Stored<ModelVersionState> {
  const { created_at_ms, revision, lineage, ...fields } = row;
  const object: ModelVersionState = {
    kind: 'model_version',
    ...fields,
    ...(lineage ? { lineage } : {}),
    created_at: Number(created_at_ms),
  };
  return stored(object, revision);
}
