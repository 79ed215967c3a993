import { Inject, Injectable } from '@nestjs/common';
import { SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import type { Transaction } from '@weir/database';
import type { Subject } from '../aggregates/contribution.js';
import { MONITOR_SETTINGS, type MonitorSettings } from '../monitor.config.js';
import { reservoirSlots } from './reservoir.js';
import { WINDOW_CAPACITY, type Sample } from './sample.js';

/** Counts requests; the window that is new begins with its first one. */
const COUNT = `
  INSERT INTO drift_windows AS w (organization_id, project_id, model, seen, due_ms) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (project_id, model) DO UPDATE SET seen = w.seen + excluded.seen
  RETURNING window_no, seen`;

const KEEP = `
  INSERT INTO drift_samples (project_id, model, window_no, slot, input_tokens, output_tokens, duration_ms)
  SELECT $1, $2, $3, kept.* FROM unnest($4::int[], $5::float8[], $6::float8[], $7::float8[]) AS kept
  ON CONFLICT (project_id, model, window_no, slot) DO UPDATE SET input_tokens = excluded.input_tokens,
    output_tokens = excluded.output_tokens, duration_ms = excluded.duration_ms`;

/** Adds requests to the current window of their project and model. */
@Injectable()
export class SampleRepository {
  constructor(
    @Inject(SOURCE) private readonly source: Source,
    @Inject(MONITOR_SETTINGS) private readonly settings: MonitorSettings,
  ) {}

  async add(tx: Transaction, { organizationId, projectId, model }: Subject, samples: readonly Sample[]): Promise<void> {
    const [row] = await tx.query<{ window_no: number | string; seen: number | string }>(COUNT, [
      organizationId,
      projectId,
      model,
      samples.length,
      this.source.now(),
    ]);
    const isReference = Number(row?.window_no) === 0;
    const kept = reservoirSlots({
      seenBefore: Number(row?.seen) - samples.length,
      arrivals: samples.length,
      slots: isReference ? this.settings.driftReferenceSamples : WINDOW_CAPACITY,
      keepFirst: isReference,
      random: () => this.source.random(),
    });
    if (kept.size === 0) return;
    const chosen = [...kept].map(([slot, arrival]) => ({ slot, sample: samples[arrival]! }));
    await tx.query(KEEP, [
      projectId,
      model,
      row?.window_no,
      chosen.map(({ slot }) => slot),
      chosen.map(({ sample }) => sample.input_tokens),
      chosen.map(({ sample }) => sample.output_tokens),
      chosen.map(({ sample }) => sample.duration_ms),
    ]);
  }
}
