import { systemSource } from '@weir/config';
import type { Database } from '@weir/database';
import { testDatabase } from '@weir/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluatorMigrations } from '../migrations/index.js';
import type { Job } from '../src/jobs/job.js';
import { JobRepository, type ItemResult, type JobEnd } from '../src/jobs/job.repository.js';

let database: Database;
let jobs: JobRepository;

beforeAll(async () => {
  database = await testDatabase({ service: 'evaluator', migrations: evaluatorMigrations });
  jobs = new JobRepository(database);
});
afterAll(() => database[Symbol.asyncDispose]());

const everybody = { organizationId: undefined, projectId: undefined };
const end = (given: Partial<JobEnd> = {}): JobEnd => ({
  state: 'completed',
  reason: '',
  scores: [{ metric: 'exact_match', value: 0.5, standardError: 0.5, samples: 2 }],
  passed: true,
  endedMs: 2000,
  ...given,
});

const result = (position: number): ItemResult => ({
  position,
  itemId: `item-${position}`,
  metric: 'exact_match',
  outcome: 'correct',
  errorCode: '',
  attempts: 1,
  durationMs: 1.5,
});

async function stored(given: Partial<Job> = {}, runnerId = 'runner'): Promise<Job> {
  const job: Job = {
    id: systemSource.uuid(),
    organizationId: 'o',
    projectId: 'p',
    name: 'n',
    model: 'm',
    state: 'pending',
    stateReason: '',
    total: 5,
    done: 0,
    failedRequests: 0,
    suiteSha256: 'ab',
    concurrency: 2,
    threshold: undefined,
    scores: [],
    passed: undefined,
    createdMs: 1000,
    endedMs: 0,
    ...given,
  };
  await jobs.add(job, runnerId);
  return job;
}

const eventsOf = async (id: string) =>
  (await database.query<{ payload: object }>('SELECT payload FROM outbox WHERE subject = $1', [id])).map(
    ({ payload }) => payload,
  );
const itemsOf = async (id: string) =>
  (
    await database.query<{ position: number }>('SELECT position FROM job_items WHERE job_id = $1 ORDER BY position', [
      id,
    ])
  ).map(({ position }) => position);

describe('a stored job', () => {
  it('comes back as it was', async () => {
    for (const threshold of [undefined, 0, 0.75]) {
      const job = await stored({ threshold });
      expect(await jobs.find(job.id, everybody)).toEqual(job);
    }
  });

  it('is found by those who may see it only', async () => {
    const { id } = await stored({ organizationId: 'o1', projectId: 'p1' });
    expect(await jobs.find(id, { organizationId: 'o1', projectId: 'p1' })).toMatchObject({ id });
    expect(await jobs.find(id, { organizationId: 'o1', projectId: undefined })).toMatchObject({ id });
    expect(await jobs.find(id, { organizationId: 'o1', projectId: 'p2' })).toBeUndefined();
    expect(await jobs.find(id, { organizationId: 'o2', projectId: undefined })).toBeUndefined();
    const list = (organizationId: string, projectId?: string) =>
      jobs.list({ organizationId, projectId }, { limit: 10, beforeId: '' });
    expect(await list('o1', 'p1')).toHaveLength(1);
    expect(await list('o1', 'p2')).toEqual([]);
    expect(await list('o2')).toEqual([]);
  });
});

describe('progress', () => {
  it('is stored once, also when it is sent again', async () => {
    const { id } = await stored();
    const progress = { done: 2, failedRequests: 1, results: [result(0), result(1)] };
    expect(await jobs.progress(id, 'runner', progress)).toBe(true);
    expect(await jobs.progress(id, 'runner', progress)).toBe(true);
    expect(await jobs.find(id, everybody)).toMatchObject({ done: 2, failedRequests: 1 });
    expect(await itemsOf(id)).toEqual([0, 1]);
  });

  it('of another runner, or of a job that has ended, changes nothing', async () => {
    const { id } = await stored();
    const progress = { done: 1, failedRequests: 0, results: [result(0)] };
    expect(await jobs.progress(id, 'another', progress)).toBe(false);
    expect(await jobs.beat(id, 'another', 'running')).toBe(false);
    await jobs.end(id, undefined, end({ state: 'cancelled', scores: [], passed: undefined }));
    expect(await jobs.progress(id, 'runner', progress)).toBe(false);
    expect(await jobs.beat(id, 'runner', 'running')).toBe(false);
    expect(await itemsOf(id)).toEqual([]);
    expect(await jobs.find(id, everybody)).toMatchObject({ state: 'cancelled', done: 0 });
  });
});

describe('the end of a job', () => {
  it('comes with its last results and its event, together', async () => {
    const { id } = await stored();
    const last = { done: 5, failedRequests: 0, results: [result(0), result(4)] };
    const ended = await jobs.end(id, 'runner', end(), last);
    expect(ended).toMatchObject({ state: 'completed', done: 5, passed: true, endedMs: 2000, scores: end().scores });
    expect(await itemsOf(id)).toEqual([0, 4]);
    expect(await eventsOf(id)).toEqual([
      expect.objectContaining({
        job_id: id,
        state: 'completed',
        done: 5,
        passed: true,
        created_at: 1000,
        ended_at: 2000,
      }),
    ]);
  });

  it('happens once, however many end it at the same time', async () => {
    const { id } = await stored();
    const cancelled = end({ state: 'cancelled', scores: [], passed: undefined });
    const ends = await Promise.all([
      jobs.end(id, 'runner', end(), { done: 5, failedRequests: 0, results: [] }),
      jobs.end(id, undefined, cancelled),
      jobs.end(id, undefined, cancelled),
    ]);
    expect(ends.filter((job) => job !== undefined)).toHaveLength(1);
    expect(await eventsOf(id)).toHaveLength(1);
  });

  it('that cannot be announced does not happen', async () => {
    const { id } = await stored();
    const wrong = end({ scores: [{ metric: 'exact_match', value: 7, standardError: 0, samples: 1 }] });
    await expect(jobs.end(id, 'runner', wrong)).rejects.toMatchObject({ code: 'invalid_event' });
    expect(await jobs.find(id, everybody)).toMatchObject({ state: 'pending', endedMs: 0 });
    expect(await eventsOf(id)).toEqual([]);
  });

  it('is not for another runner to tell', async () => {
    const { id } = await stored();
    expect(await jobs.end(id, 'another', end())).toBeUndefined();
    expect(await jobs.find(id, everybody)).toMatchObject({ state: 'pending' });
  });
});

describe('jobs whose runner is silent', () => {
  it('are those alive without a heartbeat for long enough', async () => {
    const [silent, talking, over] = [await stored(), await stored(), await stored()];
    await jobs.end(over.id, 'runner', end());
    await database.query(`UPDATE jobs SET heartbeat = now() - interval '10 seconds'`);
    await jobs.beat(talking.id, 'runner', 'running');
    const orphans = await jobs.orphans(9_000);
    expect(orphans).toContain(silent.id);
    expect(orphans).not.toContain(talking.id);
    expect(orphans).not.toContain(over.id);
    expect(await jobs.orphans(11_000)).not.toContain(silent.id);
  });
});

describe('old jobs', () => {
  it('are deleted with their results, running ones never', async () => {
    const [old, recent, running] = [await stored(), await stored(), await stored({ createdMs: 1 })];
    await jobs.end(old.id, 'runner', end({ endedMs: 10 }), { done: 1, failedRequests: 0, results: [result(0)] });
    await jobs.end(recent.id, 'runner', end({ endedMs: 1000 }));
    await jobs.forget(1000, 100);
    expect(await jobs.find(old.id, everybody)).toBeUndefined();
    expect(await itemsOf(old.id)).toEqual([]);
    expect(await jobs.find(recent.id, everybody)).toBeDefined();
    expect(await jobs.find(running.id, everybody)).toBeDefined();
  });
});
