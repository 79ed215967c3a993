import { Inject, Injectable } from '@nestjs/common';
import { SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import type { Transaction } from '@weir/database';
import type { Subject } from '../aggregates/contribution.js';
import { MONITOR_SETTINGS, type MonitorSettings } from '../monitor.config.js';
import { WINDOW_CAPACITY, type Sample } from './sample.js';

/**
 * Counts the request and keeps it with the chance that makes the window a uniform sample (Vitter's algorithm R). The
 * first window becomes the reference and keeps the first requests instead.
 */
const ADD = `
  WITH counted AS (
    INSERT INTO drift_windows AS w (organization_id, project_id, model, seen, due_ms) VALUES ($1, $2, $3, 1, $4)
    ON CONFLICT (project_id, model) DO UPDATE SET seen = w.seen + 1
    RETURNING window_no, seen
  ), placed AS (
    SELECT window_no, CASE WHEN window_no = 0 OR seen <= $5 THEN seen - 1 ELSE floor($6::float8 * seen) END AS slot,
      CASE WHEN window_no = 0 THEN $7::int ELSE $5::int END AS slots
    FROM counted
  )
  INSERT INTO drift_samples (project_id, model, window_no, slot, input_tokens, output_tokens, duration_ms)
  SELECT $2, $3, window_no, slot, $8, $9, $10 FROM placed WHERE slot < slots
  ON CONFLICT (project_id, model, window_no, slot) DO UPDATE SET input_tokens = excluded.input_tokens,
    output_tokens = excluded.output_tokens, duration_ms = excluded.duration_ms`;

/** Adds requests to the current window of their project and model. */
@Injectable()
export class SampleRepository {
  constructor(
    @Inject(SOURCE) private readonly source: Source,
    @Inject(MONITOR_SETTINGS) private readonly settings: MonitorSettings,
  ) {}

  async add(tx: Transaction, { organizationId, projectId, model }: Subject, sample: Sample): Promise<void> {
    await tx.query(ADD, [
      organizationId,
      projectId,
      model,
      this.source.now(),
      WINDOW_CAPACITY,
      this.source.random(),
      this.settings.driftReferenceSamples,
      sample.input_tokens,
      sample.output_tokens,
      sample.duration_ms,
    ]);
  }
}
