import type { Database, Transaction } from '@weir/database';
import { headersOf } from '../wire/cloud-event.js';
import type { OutgoingRecord } from '../wire/record.js';

interface OutboxRow {
  readonly id: string;
  readonly aggregatetype: string;
  readonly aggregateid: string;
  readonly type: string;
  /** jsonb, parsed by the driver. */
  readonly payload: unknown;
  readonly source: string;
  readonly subject: string | null;
  /** BIGINT: a string. */
  readonly time_ms: string;
  readonly traceparent: string | null;
}

/** A power of two; the shard of a key is the low bits of its hash. */
const SHARDS = 16;

/**
 * Moves one batch inside one transaction and returns how many rows it had. Rows are claimed by shards of their keys, so
 * that two relays never hold rows of one key at the same time: its order would be theirs to break.
 * What `send` acknowledged is deleted; when anything fails before the commit, it is sent again with the same id.
 */
export async function moveBatch(
  database: Database,
  limit: number,
  topicPrefix: string,
  send: (records: readonly OutgoingRecord[]) => Promise<unknown>,
): Promise<number> {
  const [waiting] = await database.query<{ id: string }>('SELECT id FROM outbox ORDER BY sequence LIMIT 1');
  if (!waiting) return 0;
  return database.transaction(async (tx) => {
    const shards = await claimShards(tx, database.schema, limit);
    if (shards.length === 0) return 0;
    // A statement of its own: its snapshot is taken after the locks, so rows that their last holder deleted are gone.
    const rows = await tx.query<OutboxRow>(
      `SELECT id, aggregatetype, aggregateid, type, payload, source, subject, time_ms, traceparent
         FROM outbox
        WHERE (hashtext(aggregateid) & ${SHARDS - 1}) = ANY($1::int[])
        ORDER BY sequence LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [shards, limit],
    );
    if (rows.length === 0) return 0;
    await send(rows.map((row) => recordOf(row, topicPrefix)));
    await tx.query('DELETE FROM outbox WHERE id = ANY($1::uuid[])', [rows.map((row) => row.id)]);
    return rows.length;
  });
}

async function claimShards(tx: Transaction, schema: string, limit: number): Promise<number[]> {
  const rows = await tx.query<{ shard: number }>(
    `SELECT shard FROM (
       SELECT DISTINCT hashtext(aggregateid) & ${SHARDS - 1} AS shard
         FROM (SELECT aggregateid FROM outbox ORDER BY sequence LIMIT $2) AS head
     ) AS shards
     WHERE pg_try_advisory_xact_lock(hashtext('weir-outbox-' || $1), shard)`,
    [schema, limit],
  );
  return rows.map((row) => row.shard);
}

function recordOf(row: OutboxRow, topicPrefix: string): OutgoingRecord {
  const headers = headersOf(row, {
    id: row.id,
    time: Number(row.time_ms),
    subject: row.subject ?? undefined,
    traceparent: row.traceparent ?? undefined,
  });
  return {
    topic: `${topicPrefix}${row.aggregatetype}`,
    key: row.aggregateid,
    value: JSON.stringify(row.payload),
    headers,
  };
}
