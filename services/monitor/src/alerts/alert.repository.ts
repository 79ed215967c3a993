import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@weir/database';
import type { Alert, AlertStatus } from './alert.js';

interface StoredAlert {
  readonly fingerprint: string;
  readonly name: string;
  readonly status: AlertStatus;
  readonly severity: 'page' | 'ticket';
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly starts_ms: string;
  readonly ends_ms: string;
  readonly updated_ms: string;
}

@Injectable()
export class AlertRepository {
  constructor(private readonly database: Database) {}

  /** Lets the changes of one alert happen one after the other, also of an alert that has no row yet. */
  async lock(tx: Transaction, fingerprint: string): Promise<Alert | undefined> {
    const name = `${this.database.schema} alert ${fingerprint}`;
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [name]);
    const [row] = await tx.query<StoredAlert>('SELECT * FROM alerts WHERE fingerprint = $1', [fingerprint]);
    return row && alertOf(row);
  }

  async save(tx: Transaction, alert: Alert): Promise<void> {
    await tx.query(
      `INSERT INTO alerts (fingerprint, name, status, severity, labels, annotations, starts_ms, ends_ms, updated_ms)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (fingerprint) DO UPDATE SET status = excluded.status, annotations = excluded.annotations,
         starts_ms = excluded.starts_ms, ends_ms = excluded.ends_ms, updated_ms = excluded.updated_ms`,
      [
        alert.fingerprint,
        alert.name,
        alert.status,
        alert.severity,
        JSON.stringify(alert.labels),
        JSON.stringify(alert.annotations),
        alert.startsMs,
        alert.endsMs,
        alert.updatedMs,
      ],
    );
  }

  /** Those that fire first, then the newest; 500 in all. */
  async list(): Promise<Alert[]> {
    const rows = await this.database.query<StoredAlert>(
      `SELECT * FROM alerts ORDER BY status, starts_ms DESC, fingerprint LIMIT 500`,
    );
    return rows.map(alertOf);
  }

  async forget(beforeMs: number, limit: number): Promise<number> {
    const [row] = await this.database.query<{ deleted: string }>(
      `WITH gone AS (DELETE FROM alerts WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM alerts WHERE status = 'resolved' AND updated_ms < $1 LIMIT $2)) RETURNING 1)
       SELECT count(*) AS deleted FROM gone`,
      [beforeMs, limit],
    );
    return Number(row?.deleted);
  }
}

function alertOf({ starts_ms, ends_ms, updated_ms, ...alert }: StoredAlert): Alert {
  return { ...alert, startsMs: Number(starts_ms), endsMs: Number(ends_ms), updatedMs: Number(updated_ms) };
}
