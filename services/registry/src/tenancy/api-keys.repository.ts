import { Injectable } from '@nestjs/common';
import type { ApiKeyState } from '@weir/contracts';
import { stored, type Queries, type Stored } from '../changes/stored.js';

interface ApiKeyRow extends Omit<ApiKeyState, 'kind' | 'created_at' | 'expires_at' | 'revoked_at'> {
  readonly created_at_ms: string;
  readonly expires_at_ms: string;
  readonly revoked_at_ms: string;
  readonly revision: number;
}

const SELECT = `SELECT id, organization_id, project_id, name, prefix, hash, scopes, role, on_billing_error,
  created_at_ms, expires_at_ms, revoked_at_ms, revision FROM api_keys`;

@Injectable()
export class ApiKeysRepository {
  async insert(tx: Queries, key: ApiKeyState): Promise<void> {
    await tx.query(
      `INSERT INTO api_keys (id, organization_id, project_id, name, prefix, hash, scopes, role, on_billing_error,
         created_at_ms, expires_at_ms)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        key.id,
        key.organization_id,
        key.project_id,
        key.name,
        key.prefix,
        key.hash,
        key.scopes,
        key.role,
        key.on_billing_error,
        key.created_at,
        key.expires_at,
      ],
    );
  }

  async findById(tx: Queries, id: string): Promise<Stored<ApiKeyState> | undefined> {
    const [row] = await tx.query<ApiKeyRow>(`${SELECT} WHERE id = $1`, [id]);
    return row && storedApiKey(row);
  }

  /** Keys in force first, then the revoked ones; the newest first in each. */
  async list(tx: Queries, projectId: string, limit: number): Promise<Stored<ApiKeyState>[]> {
    const rows = await tx.query<ApiKeyRow>(
      `${SELECT} WHERE project_id = $1 ORDER BY (revoked_at_ms > 0), created_at_ms DESC, id DESC LIMIT $2`,
      [projectId, limit],
    );
    return rows.map(storedApiKey);
  }

  async countInForce(tx: Queries, projectId: string): Promise<number> {
    const [row] = await tx.query<{ count: string }>(
      `SELECT count(*) FROM api_keys WHERE project_id = $1 AND revoked_at_ms = 0`,
      [projectId],
    );
    return Number(row?.count ?? 0);
  }

  /** False when it was revoked before: the first revocation stands. */
  async revoke(tx: Queries, id: string, atMs: number): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE api_keys SET revoked_at_ms = $2, revision = revision + 1
       WHERE id = $1 AND revoked_at_ms = 0 RETURNING id`,
      [id, atMs],
    );
    return rows.length === 1;
  }
}

function storedApiKey(row: ApiKeyRow): Stored<ApiKeyState> {
  const { created_at_ms, expires_at_ms, revoked_at_ms, revision, ...fields } = row;
  const object: ApiKeyState = {
    kind: 'api_key',
    ...fields,
    created_at: Number(created_at_ms),
    expires_at: Number(expires_at_ms),
    revoked_at: Number(revoked_at_ms),
  };
  return stored(object, revision);
}
