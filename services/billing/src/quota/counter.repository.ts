import { Injectable } from '@nestjs/common';
import type { Transaction } from '@weir/database';
import { WeirError } from '@weir/errors';
import type { Limit } from '../limits/limit.js';
import type { CalendarWindow, WindowKind } from './calendar-window.js';
import type { LimitScope } from './grant.js';
import { fromNumeric, toNumeric, type Dimension } from './quantities.js';
import type { CounterChange } from './settlement.js';

/** Whom a request belongs to. */
export interface Tenant {
  readonly organizationId: string;
  readonly projectId: string;
  readonly apiKeyId: string;
}

export interface CounterKey {
  readonly limitId: string;
  readonly window: CalendarWindow;
}

export interface LockedCounter {
  readonly limitId: string;
  readonly windowStartMs: number;
  readonly settled: bigint;
  readonly leased: bigint;
  readonly announcedPercent: number;
}

interface LimitRow {
  readonly id: string;
  readonly scope: LimitScope;
  readonly scope_id: string;
  readonly dimension: Dimension;
  readonly window_kind: WindowKind;
  readonly amount: string;
}

interface CounterRow {
  readonly limit_id: string;
  readonly window_start_ms: string;
  readonly dimension: Dimension;
  readonly settled: string;
  readonly leased: string;
  readonly announced_percent: number;
}

/** Limits and their counters. Counters are always locked in the order of their keys, so that no two callers deadlock. */
@Injectable()
export class CounterRepository {
  /** Every limit over any of the tenants, once. */
  async limitsOver(tx: Transaction, tenants: readonly Tenant[]): Promise<Limit[]> {
    const rows = await tx.query<LimitRow>(
      `SELECT id, scope, scope_id, dimension, window_kind, amount FROM limits
        WHERE scope = 'organization' AND scope_id = ANY($1)
           OR scope = 'project' AND scope_id = ANY($2)
           OR scope = 'api_key' AND scope_id = ANY($3)
        ORDER BY id`,
      [
        [...new Set(tenants.map((tenant) => tenant.organizationId))],
        [...new Set(tenants.map((tenant) => tenant.projectId))],
        [...new Set(tenants.map((tenant) => tenant.apiKeyId))],
      ],
    );
    return rows.map((row) => ({
      id: row.id,
      scope: row.scope,
      scopeId: row.scope_id,
      dimension: row.dimension,
      window: row.window_kind,
      amount: readNumeric(row.dimension, row.amount),
    }));
  }

  /** Locks the counters until the transaction ends, making those that do not exist. Counters of deleted limits are left out. */
  async lock(tx: Transaction, keys: readonly CounterKey[]): Promise<LockedCounter[]> {
    const limitIds = keys.map((key) => key.limitId);
    const starts = keys.map((key) => key.window.startMs);
    await tx.query(
      `INSERT INTO limit_counters (limit_id, window_start_ms, window_end_ms)
       SELECT w.* FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS w (limit_id, start_ms, end_ms)
         JOIN limits l ON l.id = w.limit_id
        ORDER BY w.limit_id, w.start_ms
       ON CONFLICT DO NOTHING`,
      [limitIds, starts, keys.map((key) => key.window.endMs)],
    );
    return this.lockExisting(
      tx,
      keys.map((key) => ({ limitId: key.limitId, windowStartMs: key.window.startMs })),
    );
  }

  async lockExisting(
    tx: Transaction,
    keys: readonly { readonly limitId: string; readonly windowStartMs: number }[],
  ): Promise<LockedCounter[]> {
    const rows = await tx.query<CounterRow>(
      `SELECT c.limit_id, c.window_start_ms, l.dimension, c.settled, c.leased, c.announced_percent
         FROM limit_counters c JOIN limits l ON l.id = c.limit_id
        WHERE (c.limit_id, c.window_start_ms) IN (SELECT * FROM unnest($1::text[], $2::bigint[]))
        ORDER BY c.limit_id, c.window_start_ms
          FOR UPDATE OF c`,
      [keys.map((key) => key.limitId), keys.map((key) => key.windowStartMs)],
    );
    return rows.map((row) => ({
      limitId: row.limit_id,
      windowStartMs: Number(row.window_start_ms),
      settled: readNumeric(row.dimension, row.settled),
      leased: readNumeric(row.dimension, row.leased),
      announcedPercent: row.announced_percent,
    }));
  }

  /** Writes changes of locked counters and of the holds behind them. */
  async apply(tx: Transaction, changes: readonly CounterChange[]): Promise<void> {
    if (!changes.length) return;
    await tx.query(
      `WITH changes AS (
         SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::numeric[], $5::numeric[])
           AS c (limit_id, start_ms, lease_id, settled, released)
       ), counted AS (
         UPDATE limit_counters c SET settled = c.settled + s.settled, leased = c.leased - s.released
           FROM (SELECT limit_id, start_ms, sum(settled) AS settled, sum(released) AS released
                   FROM changes GROUP BY limit_id, start_ms) s
          WHERE c.limit_id = s.limit_id AND c.window_start_ms = s.start_ms
       )
       UPDATE lease_holds h SET settled = h.settled + s.settled, held = h.held - s.released
         FROM (SELECT lease_id, limit_id, sum(settled) AS settled, sum(released) AS released
                 FROM changes GROUP BY lease_id, limit_id) s
        WHERE h.lease_id = s.lease_id AND h.limit_id = s.limit_id`,
      [
        changes.map((change) => change.limitId),
        changes.map((change) => change.windowStartMs),
        changes.map((change) => change.leaseId ?? null),
        changes.map((change) => toNumeric(change.dimension, change.settled)),
        changes.map((change) => toNumeric(change.dimension, change.released)),
      ],
    );
  }

  /** Remembers the highest budget threshold that was announced for a locked counter. */
  async announced(tx: Transaction, counter: LockedCounter, percent: number): Promise<void> {
    await tx.query('UPDATE limit_counters SET announced_percent = $3 WHERE limit_id = $1 AND window_start_ms = $2', [
      counter.limitId,
      counter.windowStartMs,
      percent,
    ]);
  }

  /** Deletes counters of windows that ended before an instant, and leases closed before it; at most 1,000 of each. */
  async forget(tx: Transaction, beforeMs: number): Promise<void> {
    await tx.query(
      `DELETE FROM limit_counters WHERE (limit_id, window_start_ms) IN (
         SELECT limit_id, window_start_ms FROM limit_counters
          WHERE window_end_ms < $1 AND leased = 0 LIMIT 1000 FOR UPDATE SKIP LOCKED)`,
      [beforeMs],
    );
    await tx.query(
      `DELETE FROM leases WHERE id IN (
         SELECT id FROM leases WHERE state = 'closed' AND reclaim_ms < $1 LIMIT 1000 FOR UPDATE SKIP LOCKED)`,
      [beforeMs],
    );
  }
}

/** @throws WeirError `internal` when the column does not hold what billing writes. */
export function readNumeric(dimension: Dimension, text: string): bigint {
  const quantity = fromNumeric(dimension, text);
  if (quantity === undefined) throw new WeirError('internal', `A stored amount of ${dimension} cannot be read.`);
  return quantity;
}
