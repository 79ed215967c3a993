import { Injectable } from '@nestjs/common';
import { Database } from '@weir/database';
import type { WindowKind } from '../quota/calendar-window.js';
import { readNumeric } from '../quota/counter.repository.js';
import type { LimitScope } from '../quota/grant.js';
import { toNumeric, type Dimension } from '../quota/quantities.js';
import type { Limit } from './limit.js';

interface LimitRow {
  readonly id: string;
  readonly scope: LimitScope;
  readonly scope_id: string;
  readonly dimension: Dimension;
  readonly window_kind: WindowKind;
  readonly amount: string;
}

const COLUMNS = 'id, scope, scope_id, dimension, window_kind, amount';
const MOST_LIMITS = 1_000;

@Injectable()
export class LimitRepository {
  constructor(private readonly database: Database) {}

  /** Adds a limit, or changes the amount of the one with the same scope, dimension and window; its counters stay. */
  async put(limit: Limit, nowMs: number): Promise<Limit> {
    const rows = await this.database.query<LimitRow>(
      `INSERT INTO limits (${COLUMNS}, updated_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT ON CONSTRAINT limits_once DO UPDATE SET amount = excluded.amount, updated_ms = excluded.updated_ms
       RETURNING ${COLUMNS}`,
      [
        limit.id,
        limit.scope,
        limit.scopeId,
        limit.dimension,
        limit.window,
        toNumeric(limit.dimension, limit.amount),
        nowMs,
      ],
    );
    return rows.map(limitOf)[0] ?? limit;
  }

  /** At most 1,000, in the order of their scopes. Empty filters match everything. */
  async list(scope: string, scopeId: string): Promise<Limit[]> {
    const rows = await this.database.query<LimitRow>(
      `SELECT ${COLUMNS} FROM limits WHERE ($1 = '' OR scope = $1) AND ($2 = '' OR scope_id = $2)
        ORDER BY scope, scope_id, dimension, window_kind LIMIT ${MOST_LIMITS}`,
      [scope, scopeId],
    );
    return rows.map(limitOf);
  }

  async find(id: string): Promise<Limit | undefined> {
    const rows = await this.database.query<LimitRow>(`SELECT ${COLUMNS} FROM limits WHERE id = $1`, [id]);
    return rows.map(limitOf)[0];
  }

  /** Deletes the limit with its counters and what leases hold of it. */
  async delete(id: string): Promise<void> {
    await this.database.query('DELETE FROM limits WHERE id = $1', [id]);
  }
}

function limitOf(row: LimitRow): Limit {
  const { id, scope, scope_id: scopeId, dimension, window_kind: window } = row;
  return { id, scope, scopeId, dimension, window, amount: readNumeric(dimension, row.amount) };
}
