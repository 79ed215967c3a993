import { Injectable } from '@nestjs/common';
import type { ModelVersionState } from '@weir/contracts';
import { stored, type Queries, type Stored } from '../changes/stored.js';

interface VersionRow extends Pick<ModelVersionState, 'id' | 'model_name' | 'version' | 'format' | 'source'> {
  readonly quantization: string;
  readonly context_tokens: number;
  readonly artifacts: ModelVersionState['artifacts'];
  readonly created_at_ms: string;
  readonly revision: number;
}

const SELECT = `SELECT v.id, m.name AS model_name, v.version, v.format, v.source, v.quantization, v.context_tokens,
  v.created_at_ms, v.revision,
  COALESCE((SELECT jsonb_agg(jsonb_build_object('path', path, 'uri', uri, 'sha256', sha256, 'size_bytes', size_bytes)
    ORDER BY position) FROM artifacts WHERE version_id = v.id), '[]') AS artifacts
  FROM model_versions v JOIN models m ON m.id = v.model_id`;

@Injectable()
export class ModelVersionsRepository {
  async insert(tx: Queries, modelId: string, version: ModelVersionState): Promise<void> {
    await tx.query(
      `INSERT INTO model_versions
         (id, model_id, version, format, source, quantization, context_tokens, created_at_ms)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        version.id,
        modelId,
        version.version,
        version.format,
        version.source,
        version.quantization,
        version.context_tokens,
        version.created_at,
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

  async findById(tx: Queries, id: string): Promise<Stored<ModelVersionState> | undefined> {
    const [row] = await tx.query<VersionRow>(`${SELECT} WHERE v.id = $1`, [id]);
    return row && storedVersion(row);
  }
}

function storedVersion(row: VersionRow): Stored<ModelVersionState> {
  const { created_at_ms, revision, ...fields } = row;
  return stored({ kind: 'model_version', ...fields, created_at: Number(created_at_ms) }, revision);
}
