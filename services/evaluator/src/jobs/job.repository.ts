import { Injectable } from '@nestjs/common';
import { evaluationCompleted } from '@weir/contracts';
import { Database, type Transaction } from '@weir/database';
import { completedEvent } from '../evaluator.events.js';
import type { ItemOutcome, Score } from '../scoring/score.js';
import type { MetricName } from '../suite/suite.js';
import type { EndState, Job, JobState, JobView } from './job.js';

/** Result of one item. */
export interface ItemResult {
  readonly position: number;
  readonly itemId: string;
  readonly metric: MetricName;
  readonly outcome: ItemOutcome;
  /** Why there is no answer. */
  readonly errorCode: string;
  readonly attempts: number;
  readonly durationMs: number;
}

export interface Progress {
  readonly done: number;
  readonly failedRequests: number;
  /** New since the last progress. */
  readonly results: readonly ItemResult[];
}

export interface JobEnd {
  readonly state: EndState;
  readonly reason: string;
  readonly scores: readonly Score[];
  readonly passed: boolean | undefined;
  readonly endedMs: number;
}

interface StoredJob {
  readonly id: string;
  readonly organization_id: string;
  readonly project_id: string;
  readonly name: string;
  readonly model: string;
  readonly state: JobState;
  readonly state_reason: string;
  readonly total: number;
  readonly done: number;
  readonly failed_requests: number;
  readonly suite_sha256: string;
  readonly concurrency: number;
  readonly threshold: number | null;
  readonly scores: Score[];
  readonly passed: boolean | null;
  readonly created_ms: string;
  readonly ended_ms: string;
}

const ALIVE = `state IN ('pending', 'running')`;
const VISIBLE = `($1::text IS NULL OR organization_id = $1) AND ($2::text IS NULL OR project_id = $2)`;

/** Jobs and item results. A job has one runner; what another process writes to it is refused by `runner_id`. */
@Injectable()
export class JobRepository {
  constructor(private readonly database: Database) {}

  async add(job: Job, runnerId: string): Promise<void> {
    await this.database.query(
      `INSERT INTO jobs (id, organization_id, project_id, name, model, state, total, suite_sha256, concurrency, threshold,
         created_ms, runner_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        job.id,
        job.organizationId,
        job.projectId,
        job.name,
        job.model,
        job.state,
        job.total,
        job.suiteSha256,
        job.concurrency,
        job.threshold ?? null,
        job.createdMs,
        runnerId,
      ],
    );
  }

  async find(id: string, view: JobView): Promise<Job | undefined> {
    const [row] = await this.database.query<StoredJob>(`SELECT * FROM jobs WHERE ${VISIBLE} AND id = $3`, [
      view.organizationId ?? null,
      view.projectId ?? null,
      id,
    ]);
    return row && jobOf(row);
  }

  /** Newest first, those older than `beforeId` (empty = all). */
  async list(view: JobView, { limit, beforeId }: { limit: number; beforeId: string }): Promise<Job[]> {
    const rows = await this.database.query<StoredJob>(
      `SELECT * FROM jobs WHERE ${VISIBLE} AND ($3 = '' OR id < nullif($3, '')::uuid) ORDER BY id DESC LIMIT $4`,
      [view.organizationId ?? null, view.projectId ?? null, beforeId, limit],
    );
    return rows.map(jobOf);
  }

  /** Says that the runner lives. False when the job is no longer its own to run. */
  async beat(id: string, runnerId: string, state: 'pending' | 'running'): Promise<boolean> {
    const rows = await this.database.query<{ id: string }>(
      `UPDATE jobs SET state = $3, heartbeat = now() WHERE id = $1 AND runner_id = $2 AND ${ALIVE} RETURNING id`,
      [id, runnerId, state],
    );
    return rows.length === 1;
  }

  /** Stores results. False when the job is no longer the runner's, in which case nothing is stored. */
  async progress(id: string, runnerId: string, progress: Progress): Promise<boolean> {
    return this.database.transaction((tx) => this.#store(tx, id, runnerId, progress));
  }

  /**
   * Ends a job and announces it, with the last results; `runnerId` undefined = whoever runs it. Returns the job, or
   * undefined when it had ended already.
   */
  async end(id: string, runnerId: string | undefined, end: JobEnd, last?: Progress): Promise<Job | undefined> {
    return this.database.transaction(async (tx) => {
      if (last && runnerId !== undefined && !(await this.#store(tx, id, runnerId, last))) return undefined;
      const [row] = await tx.query<StoredJob>(
        `UPDATE jobs SET state = $3, state_reason = $4, scores = $5, passed = $6, ended_ms = $7
         WHERE id = $1 AND ($2::text IS NULL OR runner_id = $2) AND ${ALIVE} RETURNING *`,
        [id, runnerId ?? null, end.state, end.reason, JSON.stringify(end.scores), end.passed ?? null, end.endedMs],
      );
      if (!row) return undefined;
      const job = { ...jobOf(row), state: end.state };
      await tx.append(evaluationCompleted, completedEvent(job), { time: end.endedMs, subject: id });
      return job;
    });
  }

  /** Jobs whose runner said nothing for so long; at most 100. */
  async orphans(silentMs: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM jobs WHERE ${ALIVE} AND heartbeat < now() - $1::float8 * interval '1 millisecond' LIMIT 100`,
      [silentMs],
    );
    return rows.map(({ id }) => id);
  }

  /** Deletes jobs that ended before, with their results. */
  async forget(beforeMs: number, limit: number): Promise<void> {
    await this.database.query(
      `DELETE FROM jobs WHERE id = ANY (ARRAY(SELECT id FROM jobs WHERE ended_ms > 0 AND ended_ms < $1 LIMIT $2))`,
      [beforeMs, limit],
    );
  }

  async #store(tx: Transaction, id: string, runnerId: string, { done, failedRequests, results }: Progress) {
    const rows = await tx.query<{ id: string }>(
      `UPDATE jobs SET done = $3, failed_requests = $4, heartbeat = now()
       WHERE id = $1 AND runner_id = $2 AND ${ALIVE} RETURNING id`,
      [id, runnerId, done, failedRequests],
    );
    if (rows.length === 0) return false;
    const column = <K extends keyof ItemResult>(key: K) => results.map((result) => result[key]);
    await tx.query(
      `INSERT INTO job_items (job_id, position, item_id, metric, outcome, error_code, attempts, duration_ms)
       SELECT $1, * FROM unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::float8[])
       ON CONFLICT DO NOTHING`,
      [
        id,
        column('position'),
        column('itemId'),
        column('metric'),
        column('outcome'),
        column('errorCode'),
        column('attempts'),
        column('durationMs'),
      ],
    );
    return true;
  }
}

function jobOf(row: StoredJob): Job {
  return {
    id: row.id,
    organizationId: row.organization_id,
    projectId: row.project_id,
    name: row.name,
    model: row.model,
    state: row.state,
    stateReason: row.state_reason,
    total: row.total,
    done: row.done,
    failedRequests: row.failed_requests,
    suiteSha256: row.suite_sha256,
    concurrency: row.concurrency,
    threshold: row.threshold ?? undefined,
    scores: row.scores,
    passed: row.passed ?? undefined,
    createdMs: Number(row.created_ms),
    endedMs: Number(row.ended_ms),
  };
}
