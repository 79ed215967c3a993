import { Injectable } from '@nestjs/common';
import { Database } from '@weir/database';
import { HOUR_MS, MINUTE_MS } from '../aggregates/periods.js';
import { WINDOW_NAMES, WINDOWS, type Volume, type WindowName } from './burn-rate.js';

const floor = (ms: number, step: number) => Math.floor(ms / step) * step;

const volumeSince = (name: string, parameter: number) => `
  coalesce(sum(requests - client_errors) FILTER (WHERE start_ms >= $${parameter}), 0) AS "events_${name}",
  coalesce(sum(errors - client_errors) FILTER (WHERE start_ms >= $${parameter}), 0) AS "failures_${name}"`;

const BY_WINDOW = `SELECT ${WINDOW_NAMES.map((name, index) => volumeSince(name, index + 2)).join(', ')}
  FROM aggregates WHERE resolution_ms = ${MINUTE_MS} AND start_ms >= $1`;

/** Volumes of the whole installation. */
@Injectable()
export class SloRepository {
  constructor(private readonly database: Database) {}

  /** Since the beginning of the minute in which each window began. */
  async volumes(nowMs: number): Promise<Record<WindowName, Volume>> {
    const starts = WINDOW_NAMES.map((name) => floor(nowMs - WINDOWS[name], MINUTE_MS));
    const [row] = await this.database.query<Record<string, string>>(BY_WINDOW, [Math.min(...starts), ...starts]);
    const volumes = WINDOW_NAMES.map((name) => [name, volumeOf(row, name)] as const);
    return Object.fromEntries(volumes) as Record<WindowName, Volume>;
  }

  /** Since the beginning of an hour. */
  async volumeSince(fromMs: number): Promise<Volume> {
    const [row] = await this.database.query<Record<string, string>>(
      `SELECT ${volumeSince('period', 1)} FROM aggregates WHERE resolution_ms = ${HOUR_MS} AND start_ms >= $1`,
      [floor(fromMs, HOUR_MS)],
    );
    return volumeOf(row, 'period');
  }
}

function volumeOf(row: Record<string, string> | undefined, name: string): Volume {
  return { events: Number(row?.[`events_${name}`]), failures: Number(row?.[`failures_${name}`]) };
}
