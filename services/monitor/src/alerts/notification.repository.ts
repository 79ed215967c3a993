import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@weir/database';
import type { Alert } from './alert.js';

export interface Notification {
  readonly sequence: string;
  readonly alert: Alert;
  /** This one included. */
  readonly attempts: number;
}

export type NotificationEnd = 'delivered' | 'abandoned';

/** Notifications that wait to be delivered, in order per alert. */
@Injectable()
export class NotificationRepository {
  constructor(private readonly database: Database) {}

  async add(tx: Transaction, alert: Alert): Promise<void> {
    await tx.query(`INSERT INTO notifications (fingerprint, alert, due_ms, created_ms) VALUES ($1, $2, $3, $3)`, [
      alert.fingerprint,
      JSON.stringify(alert),
      alert.updatedMs,
    ]);
  }

  /**
   * The first waiting notification of an alert, if it is due. Taking it counts as an attempt and keeps others away until
   * `leaseUntilMs`, so that a process that dies while it delivers cannot make the attempts endless.
   */
  async take(nowMs: number, leaseUntilMs: number): Promise<Notification | undefined> {
    const [row] = await this.database.query<{ sequence: string; alert: Alert; attempts: number }>(
      `WITH next AS (
         SELECT sequence FROM notifications AS n
         WHERE state = 'pending' AND due_ms <= $1 AND NOT EXISTS (
           SELECT FROM notifications AS earlier WHERE earlier.state = 'pending'
             AND earlier.fingerprint = n.fingerprint AND earlier.sequence < n.sequence)
         ORDER BY sequence LIMIT 1 FOR UPDATE SKIP LOCKED)
       UPDATE notifications SET attempts = attempts + 1, due_ms = $2
       WHERE sequence = (SELECT sequence FROM next) AND state = 'pending' AND due_ms <= $1
       RETURNING sequence, alert, attempts`,
      [nowMs, leaseUntilMs],
    );
    return row;
  }

  async end(sequence: string, state: NotificationEnd): Promise<void> {
    await this.database.query(`UPDATE notifications SET state = $2 WHERE sequence = $1 AND state = 'pending'`, [
      sequence,
      state,
    ]);
  }

  async retryAt(sequence: string, dueMs: number): Promise<void> {
    await this.database.query(`UPDATE notifications SET due_ms = $2 WHERE sequence = $1 AND state = 'pending'`, [
      sequence,
      dueMs,
    ]);
  }

  async forget(beforeMs: number, limit: number): Promise<number> {
    const [row] = await this.database.query<{ deleted: string }>(
      `WITH gone AS (DELETE FROM notifications WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM notifications WHERE state <> 'pending' AND created_ms < $1 LIMIT $2)) RETURNING 1)
       SELECT count(*) AS deleted FROM gone`,
      [beforeMs, limit],
    );
    return Number(row?.deleted);
  }
}
