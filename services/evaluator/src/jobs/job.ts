import type { Score } from '../scoring/score.js';

export type JobState = 'pending' | 'running' | 'completed' | 'failed' | 'cancelled';
export type EndState = Extract<JobState, 'completed' | 'failed' | 'cancelled'>;

/** Times in milliseconds since the epoch; `endedMs` is 0 until the job ended. */
export interface Job {
  readonly id: string;
  readonly organizationId: string;
  readonly projectId: string;
  readonly name: string;
  readonly model: string;
  readonly state: JobState;
  readonly stateReason: string;
  readonly total: number;
  readonly done: number;
  readonly failedRequests: number;
  readonly suiteSha256: string;
  readonly concurrency: number;
  readonly threshold: number | undefined;
  readonly scores: readonly Score[];
  readonly passed: boolean | undefined;
  readonly createdMs: number;
  readonly endedMs: number;
}

export const hasEnded = ({ state }: Pick<Job, 'state'>) => state !== 'pending' && state !== 'running';

/** Whose jobs a caller sees; undefined = all of them. */
export interface JobView {
  readonly organizationId: string | undefined;
  readonly projectId: string | undefined;
}
