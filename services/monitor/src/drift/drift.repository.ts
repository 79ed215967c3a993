import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@weir/database';
import type { Subject } from '../aggregates/contribution.js';
import { SERIES, type Sample, type Series } from './sample.js';
import type { DriftState, SeriesState } from './window-check.js';

export interface WindowRow {
  readonly subject: Subject;
  readonly windowNo: number;
  readonly seen: number;
}

interface StoredWindow {
  readonly organization_id: string;
  readonly project_id: string;
  readonly model: string;
  readonly window_no: number;
  readonly seen: string;
}

interface StoredSeries {
  readonly project_id: string;
  readonly model: string;
  readonly series: Series;
  readonly reference: number[] | null;
  readonly reference_window: number | null;
  readonly state: DriftState;
  readonly value: number;
  readonly threshold: number;
  readonly p_value: number;
  readonly reference_samples: number;
  readonly current_samples: number;
  readonly compared_ms: string | null;
  readonly announced_ms: string | null;
}

/** One series of one model as it was last checked. */
export interface CheckedSeries {
  readonly projectId: string;
  readonly model: string;
  readonly state: SeriesState;
}

const WINDOW = 'organization_id, project_id, model, window_no, seen';
const SERIES_COLUMNS = `project_id, model, series, reference_window, state, value, threshold, p_value,
  reference_samples, current_samples, compared_ms, announced_ms`;

/** Windows, references and last results. */
@Injectable()
export class DriftRepository {
  constructor(private readonly database: Database) {}

  /** The window whose check is due for the longest time, locked; other replicas take others. */
  async lockDue(tx: Transaction, nowMs: number): Promise<WindowRow | undefined> {
    const [row] = await tx.query<StoredWindow>(
      `SELECT ${WINDOW} FROM drift_windows WHERE due_ms <= $1 ORDER BY due_ms LIMIT 1 FOR UPDATE SKIP LOCKED`,
      [nowMs],
    );
    return row && windowOf(row);
  }

  async lock(tx: Transaction, projectId: string, model: string): Promise<WindowRow | undefined> {
    const [row] = await tx.query<StoredWindow>(
      `SELECT ${WINDOW} FROM drift_windows WHERE project_id = $1 AND model = $2 FOR UPDATE`,
      [projectId, model],
    );
    return row && windowOf(row);
  }

  async samples(tx: Transaction, { projectId, model }: Subject, windowNo: number): Promise<Sample[]> {
    return tx.query<Sample>(
      `SELECT input_tokens, output_tokens, duration_ms FROM drift_samples
       WHERE project_id = $1 AND model = $2 AND window_no = $3 ORDER BY slot`,
      [projectId, model, windowNo],
    );
  }

  /** All series of a model; those never checked come as new. */
  async series(tx: Transaction, { projectId, model }: Subject): Promise<SeriesState[]> {
    const rows = await tx.query<StoredSeries>(
      `SELECT ${SERIES_COLUMNS}, reference FROM drift_series WHERE project_id = $1 AND model = $2`,
      [projectId, model],
    );
    return SERIES.map((series) => {
      const row = rows.find((each) => each.series === series);
      return row ? seriesOf(row) : newSeries(series);
    });
  }

  /** The last result of every series, without references; the first 3000. */
  async checked(organizationId: string | undefined): Promise<CheckedSeries[]> {
    const rows = await this.database.query<StoredSeries>(
      `SELECT ${SERIES_COLUMNS}, NULL AS reference FROM drift_series
       WHERE ($1::text IS NULL OR organization_id = $1) ORDER BY project_id, model, series LIMIT 3000`,
      [organizationId ?? null],
    );
    return rows.map((row) => ({ projectId: row.project_id, model: row.model, state: seriesOf(row) }));
  }

  async saveResult(tx: Transaction, subject: Subject, state: SeriesState): Promise<void> {
    const { organizationId, projectId, model } = subject;
    await tx.query(
      `INSERT INTO drift_series (organization_id, ${SERIES_COLUMNS})
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
       ON CONFLICT (project_id, model, series) DO UPDATE SET state = excluded.state, value = excluded.value,
         threshold = excluded.threshold, p_value = excluded.p_value, reference_samples = excluded.reference_samples,
         current_samples = excluded.current_samples, compared_ms = excluded.compared_ms,
         announced_ms = excluded.announced_ms`,
      [
        organizationId,
        projectId,
        model,
        state.series,
        state.referenceWindow ?? null,
        state.state,
        state.value,
        state.threshold,
        state.pValue,
        state.referenceSamples,
        state.currentSamples,
        state.comparedMs ?? null,
        state.announcedMs ?? null,
      ],
    );
  }

  /** What was compared with an older reference counts no more. */
  async saveReference(
    tx: Transaction,
    subject: Subject,
    reference: {
      readonly series: Series;
      readonly values: readonly number[];
      readonly windowNo: number;
      readonly origin: 'automatic' | 'set';
      readonly atMs: number;
    },
  ): Promise<void> {
    const { organizationId, projectId, model } = subject;
    await tx.query(
      `INSERT INTO drift_series
         (organization_id, project_id, model, series, reference, reference_window, reference_origin, reference_ms)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (project_id, model, series) DO UPDATE SET reference = excluded.reference, compared_ms = NULL,
         reference_window = excluded.reference_window, reference_origin = excluded.reference_origin,
         reference_ms = excluded.reference_ms`,
      [
        organizationId,
        projectId,
        model,
        reference.series,
        reference.values,
        reference.windowNo,
        reference.origin,
        reference.atMs,
      ],
    );
  }

  /** Begins the next window when this one was used; keeps the last one for references. */
  async schedule(tx: Transaction, window: WindowRow, next: { readonly isUsed: boolean; readonly dueMs: number }) {
    const { projectId, model } = window.subject;
    await tx.query(
      `UPDATE drift_windows SET due_ms = $3, window_no = window_no + $4, seen = CASE $4 WHEN 0 THEN seen ELSE 0 END
       WHERE project_id = $1 AND model = $2`,
      [projectId, model, next.dueMs, Number(next.isUsed)],
    );
    if (!next.isUsed) return;
    await tx.query(`DELETE FROM drift_samples WHERE project_id = $1 AND model = $2 AND window_no < $3`, [
      projectId,
      model,
      window.windowNo,
    ]);
  }
}

function windowOf(row: StoredWindow): WindowRow {
  const subject = { organizationId: row.organization_id, projectId: row.project_id, model: row.model };
  return { subject, windowNo: row.window_no, seen: Number(row.seen) };
}

function newSeries(series: Series): SeriesState {
  return {
    series,
    reference: undefined,
    referenceWindow: undefined,
    state: 'insufficient_data',
    value: 0,
    threshold: 0,
    pValue: 1,
    referenceSamples: 0,
    currentSamples: 0,
    comparedMs: undefined,
    announcedMs: undefined,
  };
}

function seriesOf(row: StoredSeries): SeriesState {
  return {
    series: row.series,
    reference: row.reference ?? undefined,
    referenceWindow: row.reference_window ?? undefined,
    state: row.state,
    value: row.value,
    threshold: row.threshold,
    pValue: row.p_value,
    referenceSamples: row.reference_samples,
    currentSamples: row.current_samples,
    comparedMs: row.compared_ms === null ? undefined : Number(row.compared_ms),
    announcedMs: row.announced_ms === null ? undefined : Number(row.announced_ms),
  };
}
