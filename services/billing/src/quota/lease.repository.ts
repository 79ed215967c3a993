import { Injectable } from '@nestjs/common';
import type { Transaction } from '@weir/database';
import { readNumeric, type Tenant } from './counter.repository.js';
import type { NewHold } from './grant.js';
import { toNumeric, type Dimension } from './quantities.js';
import type { HoldState } from './settlement.js';

export interface NewLease extends Tenant {
  readonly id: string;
  readonly replicaId: string;
  readonly issuedMs: number;
  readonly expiresMs: number;
  readonly reclaimMs: number;
}

/** A hold and the key whose lease it belongs to. */
export interface OwnedHold extends HoldState {
  readonly apiKeyId: string;
}

interface HoldRow {
  readonly lease_id: string;
  readonly api_key_id: string;
  readonly limit_id: string;
  readonly window_start_ms: string;
  readonly dimension: Dimension;
  readonly held: string;
  readonly settled: string;
}

/** Leases and what they hold. A hold changes only while its counter is locked. */
@Injectable()
export class LeaseRepository {
  /** Writes a lease and takes what it holds from the locked counters. */
  async add(tx: Transaction, lease: NewLease, holds: readonly NewHold[]): Promise<void> {
    await tx.query(
      `WITH lease AS (
         INSERT INTO leases (id, replica_id, organization_id, project_id, api_key_id, issued_ms, expires_ms, reclaim_ms, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open')
       ), holds AS (
         SELECT * FROM unnest($9::text[], $10::bigint[], $11::text[], $12::numeric[])
           AS h (limit_id, start_ms, dimension, amount)
       ), held AS (
         INSERT INTO lease_holds (lease_id, limit_id, window_start_ms, dimension, held)
         SELECT $1, limit_id, start_ms, dimension, amount FROM holds
       )
       UPDATE limit_counters c SET leased = c.leased + h.amount
         FROM holds h WHERE c.limit_id = h.limit_id AND c.window_start_ms = h.start_ms`,
      [
        lease.id,
        lease.replicaId,
        lease.organizationId,
        lease.projectId,
        lease.apiKeyId,
        lease.issuedMs,
        lease.expiresMs,
        lease.reclaimMs,
        holds.map((hold) => hold.limitId),
        holds.map((hold) => hold.windowStartMs),
        holds.map((hold) => hold.dimension),
        holds.map((hold) => toNumeric(hold.dimension, hold.amount)),
      ],
    );
  }

  async holdsOf(tx: Transaction, leaseIds: readonly string[]): Promise<OwnedHold[]> {
    const rows = await tx.query<HoldRow>(
      `SELECT h.lease_id, e.api_key_id, h.limit_id, h.window_start_ms, h.dimension, h.held, h.settled
         FROM lease_holds h JOIN leases e ON e.id = h.lease_id WHERE h.lease_id = ANY($1)`,
      [leaseIds],
    );
    return rows.map((row) => ({
      leaseId: row.lease_id,
      apiKeyId: row.api_key_id,
      limitId: row.limit_id,
      windowStartMs: Number(row.window_start_ms),
      dimension: row.dimension,
      held: readNumeric(row.dimension, row.held),
      settled: readNumeric(row.dimension, row.settled),
    }));
  }

  /** False when the lease is unknown, or was returned or closed before. */
  async markReturned(tx: Transaction, leaseId: string, reclaimMs: number): Promise<boolean> {
    const rows = await tx.query<{ id: string }>(
      `UPDATE leases SET state = 'returned', reclaim_ms = $2 WHERE id = $1 AND state = 'open' RETURNING id`,
      [leaseId, reclaimMs],
    );
    return rows.length === 1;
  }

  /** Leases whose end and grace are over, oldest first. */
  async due(tx: Transaction, nowMs: number, most: number): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `SELECT id FROM leases WHERE state <> 'closed' AND reclaim_ms <= $1 ORDER BY reclaim_ms LIMIT $2`,
      [nowMs, most],
    );
    return rows.map((row) => row.id);
  }

  /** Closes those that are still due and returns them; others may have closed some meanwhile. */
  async markClosed(tx: Transaction, leaseIds: readonly string[], nowMs: number): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `UPDATE leases SET state = 'closed' WHERE id = ANY($1) AND state <> 'closed' AND reclaim_ms <= $2 RETURNING id`,
      [leaseIds, nowMs],
    );
    return rows.map((row) => row.id);
  }
}
