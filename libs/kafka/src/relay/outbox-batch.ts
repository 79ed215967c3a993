import type { Database, Transaction } from '@weir/database';
import { asWeirError } from '@weir/errors';
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

export interface OutboxMove {
  readonly database: Database;
  readonly limit: number;
  readonly topicPrefix: string;
  readonly send: (records: readonly OutgoingRecord[]) => Promise<unknown>;
  /** Ids of rows that Kafka will never take. They stay in the table, and those behind them go on. */
  readonly refused: Set<string>;
}

/**
 * Moves one batch inside one transaction and returns how many rows it deleted. Rows are claimed by shards of their keys,
 * so that two relays never hold rows of one key at the same time: its order would be theirs to break.
 * What `send` acknowledged is deleted; when anything fails before the commit, it is sent again with the same id.
 */
export async function moveBatch(move: OutboxMove): Promise<number> {
  const { database, limit, refused } = move;
  const [waiting] = await database.query<{ id: string }>(
    'SELECT id FROM outbox WHERE id <> ALL($1::uuid[]) ORDER BY sequence LIMIT 1',
    [[...refused]],
  );
  if (!waiting) return 0;
  return database.transaction(async (tx) => {
    const shards = await claimShards(tx, database.schema, limit + refused.size);
    if (shards.length === 0) return 0;
    // A statement of its own: its snapshot is taken after the locks, so rows that their last holder deleted are gone.
    const rows = await tx.query<OutboxRow>(
      `SELECT id, aggregatetype, aggregateid, type, payload, source, subject, time_ms, traceparent
         FROM outbox
        WHERE (hashtext(aggregateid) & ${SHARDS - 1}) = ANY($1::int[]) AND id <> ALL($3::uuid[])
        ORDER BY sequence LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [shards, limit, [...refused]],
    );
    const sent = await sendRows(rows, move);
    if (sent.length > 0) await tx.query('DELETE FROM outbox WHERE id = ANY($1::uuid[])', [sent.map(({ id }) => id)]);
    return sent.length;
  });
}

/** All at once; one by one when Kafka refuses the batch, to find the row that it means. */
async function sendRows(rows: readonly OutboxRow[], move: OutboxMove): Promise<readonly OutboxRow[]> {
  if (rows.length === 0) return [];
  try {
    await move.send(rows.map((row) => recordOf(row, move.topicPrefix)));
    return rows;
  } catch (error) {
    if (asWeirError(error).code !== 'invalid_event') throw error;
    if (rows.length === 1) {
      for (const { id } of rows) move.refused.add(id);
      return [];
    }
  }
  const sent: OutboxRow[] = [];
  for (const row of rows) sent.push(...(await sendRows([row], move)));
  return sent;
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
