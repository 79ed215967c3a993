import { readFile } from 'node:fs/promises';
import { evaluationCompleted, evaluationV1, type EvaluationCompleted, type WeirEvent } from '@weir/contracts';
import { Database } from '@weir/database';
import type { RpcClients } from '@weir/grpc';
import {
  eventually,
  fakeUpstream,
  startTestProcess,
  type FakeUpstream,
  type Tenant,
  type TestProcess,
} from '@weir/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { evaluatorService } from '../src/index.js';

const PATIENCE = { timeoutMs: 30_000 };
const ENDED = ['completed', 'failed', 'cancelled'];

let frontDoor: FakeUpstream;
let running: TestProcess;
let tenant: Tenant;
let database: Database;
const events: WeirEvent<EvaluationCompleted>[] = [];

beforeAll(async () => {
  frontDoor = await fakeUpstream();
  running = await startTestProcess({
    services: [evaluatorService],
    env: {
      WEIR_EVALUATOR_TARGET_URL: frontDoor.url,
      WEIR_EVALUATOR_RETRY_BASE_MS: '5',
      WEIR_EVALUATOR_ATTEMPTS: '3',
      WEIR_EVALUATOR_RUNNING_JOBS: '1',
      WEIR_EVALUATOR_WAITING_JOBS: '1',
      WEIR_EVALUATOR_ORPHAN_MS: '3000',
    },
  });
  database = running.app.get(Database, { strict: false });
  tenant = await running.seedTenant({ scopes: ['evaluation', 'inference'] });
  await running.bus.consume({
    event: evaluationCompleted,
    group: 'test',
    onEvent: async (event) => void events.push(event),
  });
});
afterAll(async () => {
  await running[Symbol.asyncDispose]();
  await frontDoor[Symbol.asyncDispose]();
});

beforeEach(() => {
  frontDoor.fail(undefined);
  frontDoor.behave({ ttftMs: 0, gapMs: 0, chunks: 1, echo: false, text: () => '4' });
  frontDoor.requests.length = 0;
});

const evaluationAs = (clients: RpcClients) => clients.client('evaluator', evaluationV1.EvaluationServiceDefinition);
const own = () => evaluationAs(running.clients(tenant.apiKey));

const sums = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `sum-${index}`,
    type: 'exact_match',
    prompt: `${index} + 0?`,
    answer: String(index),
  }));
const jsonl = (items: readonly object[]) => items.map((item) => JSON.stringify(item)).join('\n');

const order = (given: Partial<evaluationV1.CreateJobRequest> = {}) => ({
  name: 'test',
  model: 'smollm2',
  apiKey: tenant.apiKey,
  suiteJsonl: jsonl(sums(8)),
  ...given,
});

async function create(given: Partial<evaluationV1.CreateJobRequest> = {}): Promise<string> {
  const { job } = await own().createJob(order(given));
  return job?.id ?? '';
}

const jobOf = async (id: string) => (await own().getJob({ id })).job;
const ended = (id: string) =>
  eventually(async () => {
    const job = await jobOf(id);
    return job && ENDED.includes(job.state) ? job : undefined;
  }, PATIENCE);

const get = async (path: string, init: RequestInit = {}) => {
  const answer = await fetch(`${running.httpUrl}/api/v1/evaluations/jobs${path}`, {
    headers: { ...tenant.headers, 'content-type': 'application/json' },
    ...init,
  });
  const text = await answer.text();
  return { status: answer.status, body: text ? (JSON.parse(text) as Record<string, never>) : undefined };
};

describe('a job', () => {
  it('asks the front door as a client does and ends with a score, its error and an event', async () => {
    const id = await create({ threshold: 0.2 });
    const job = await ended(id);
    expect(job).toMatchObject({ state: 'completed', total: 8, done: 8, failedRequests: 0, passed: false });
    expect(job.organizationId).toBe(tenant.organizationId);
    expect(job.scores).toEqual([
      { metric: 'exact_match', value: 0.125, standardError: Math.sqrt((0.125 * 0.875) / 7), samples: 8 },
    ]);
    expect(frontDoor.requests).toHaveLength(8);
    expect(frontDoor.requests[0]).toMatchObject({
      path: '/chat/completions',
      headers: { authorization: `Bearer ${tenant.apiKey}` },
      body: { model: 'smollm2', temperature: 0, seed: 1234, max_tokens: 64 },
    });
    const event = await eventually(() => events.find(({ data }) => data.job_id === id), PATIENCE);
    expect(event.data).toMatchObject({
      state: 'completed',
      suite_sha256: job.suiteSha256,
      passed: false,
      scores: [{ metric: 'exact_match', value: 0.125, samples: 8 }],
      ended_at: job.endedAtMs,
    });
    const rows = await database.query<{ outcome: string; count: string }>(
      'SELECT outcome, count(*) FROM job_items WHERE job_id = $1 GROUP BY 1 ORDER BY 1',
      [id],
    );
    expect(rows).toEqual([
      { outcome: 'correct', count: '1' },
      { outcome: 'wrong', count: '7' },
    ]);
  });

  it('runs the suite that comes with the service', async () => {
    const suiteJsonl = await readFile(new URL('../suites/basics.jsonl', import.meta.url), 'utf8');
    frontDoor.behave({ text: () => 'B' });
    const job = await ended(await create({ suiteJsonl, threshold: 0 }));
    expect(job).toMatchObject({ state: 'completed', total: 16, passed: true });
    expect(job.scores.map(({ metric, samples }) => [metric, samples])).toEqual([
      ['exact_match', 9],
      ['multiple_choice', 7],
    ]);
    expect(job.scores[1]?.value).toBeCloseTo(3 / 7, 12);
    const asked = frontDoor.requests.map(({ body }) => String(body.messages?.[0]?.content));
    expect(asked).toContainEqual(expect.stringContaining('\nB. Berlin\n'));
  });

  it('is told to watchers until it has ended', async () => {
    frontDoor.behave({ ttftMs: 60 });
    const id = await create({ suiteJsonl: jsonl(sums(20)), concurrency: 1 });
    const seen: { state: string; done: number }[] = [];
    for await (const { job } of own().watchJob({ id })) if (job) seen.push({ state: job.state, done: job.done });
    expect(seen.at(-1)).toEqual({ state: 'completed', done: 20 });
    const done = seen.map((each) => each.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.some((count) => count > 0 && count < 20)).toBe(true);
    // 20 requests of 60 ms at two updates a second: a handful, not twenty.
    expect(seen.length).toBeLessThanOrEqual(8);
  });

  it('that is cancelled stops its requests and says so once', async () => {
    frontDoor.behave({ ttftMs: 60_000 });
    const id = await create({ suiteJsonl: jsonl(sums(20)), concurrency: 4 });
    await eventually(() => frontDoor.requests.length === 4, PATIENCE);
    expect((await own().cancelJob({ id })).job).toMatchObject({ state: 'cancelled', scores: [] });
    await eventually(() => frontDoor.aborts.length === 4);
    await expect(own().cancelJob({ id })).rejects.toMatchObject({ code: 'failed_precondition' });
    await eventually(() => events.some(({ data }) => data.job_id === id), PATIENCE);
    expect(frontDoor.requests).toHaveLength(4);
    frontDoor.behave({ ttftMs: 0 });
    await ended(await create());
    expect(events.filter(({ data }) => data.job_id === id).map(({ data }) => data.state)).toEqual(['cancelled']);
  });
});

describe('a front door in trouble', () => {
  it('is asked again when it says so', async () => {
    frontDoor.fail({ kind: 'status', status: 429, headers: { 'retry-after': '0' } }, 2);
    const job = await ended(await create({ concurrency: 1 }));
    expect(job).toMatchObject({ state: 'completed', failedRequests: 0 });
    expect(frontDoor.requests).toHaveLength(10);
  });

  it('that never answers some items costs these, and counts against the threshold', async () => {
    frontDoor.behave({ echo: true });
    frontDoor.fail({ kind: 'status', status: 500 }, 6);
    const suiteJsonl = jsonl(sums(4).map((item) => ({ ...item, answer: item.prompt })));
    const job = await ended(await create({ suiteJsonl, concurrency: 1, threshold: 0.6 }));
    expect(job).toMatchObject({ state: 'completed', done: 4, failedRequests: 2, passed: false });
    expect(job.scores[0]).toMatchObject({ value: 1, samples: 2 });
  });

  it.each([
    [{ kind: 'status', status: 404 } as const, 'refused with http_404'],
    [{ kind: 'status', status: 401 } as const, 'refused with http_401'],
  ])('that answers %j ends the job at once', async (failure, reason) => {
    frontDoor.fail(failure);
    const job = await ended(await create({ suiteJsonl: jsonl(sums(500)), concurrency: 2 }));
    expect(job).toMatchObject({ state: 'failed', scores: [], passed: undefined });
    expect(job.stateReason).toContain(reason);
    expect(frontDoor.requests.length).toBeLessThanOrEqual(3);
  });

  it('that is gone fails the job', async () => {
    frontDoor.fail({ kind: 'cut', afterChunks: 0 });
    const job = await ended(await create({ suiteJsonl: jsonl(sums(3)) }));
    expect(job).toMatchObject({ state: 'failed', done: 3, failedRequests: 3, stateReason: 'no request was answered' });
  });
});

describe('jobs', () => {
  it('wait for their turn, and are refused when too many do', async () => {
    frontDoor.behave({ ttftMs: 60_000 });
    const first = await create();
    await eventually(async () => (await jobOf(first))?.state === 'running');
    const second = await create();
    expect((await jobOf(second))?.state).toBe('pending');
    await expect(create()).rejects.toMatchObject({ code: 'rate_limit_exceeded', retryAfterMs: 30_000 });
    for (const id of [second, first]) await own().cancelJob({ id });
    frontDoor.behave({ ttftMs: 0 });
    await eventually(() => create(), PATIENCE).then(ended);
  });

  it('whose process is gone end as failed, with an event', async () => {
    const id = await create();
    await ended(id);
    const lost = id.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
    await database.query(
      `INSERT INTO jobs SELECT (json_populate_record(job, json_build_object('id', $2::text, 'state', 'running', 'ended_ms', 0,
         'runner_id', 'gone', 'heartbeat', now() - interval '1 hour'))).* FROM jobs AS job WHERE id = $1`,
      [id, lost],
    );
    expect(await ended(lost)).toMatchObject({ state: 'failed', scores: [] });
    expect((await jobOf(lost))?.stateReason).toContain('key');
    await eventually(() => events.find(({ data }) => data.job_id === lost && data.state === 'failed'), PATIENCE);
  });

  it('never have their key or suite in the database', async () => {
    await ended(await create({ suiteJsonl: jsonl([{ ...sums(1)[0], prompt: 'a very secret question' }]) }));
    for (const table of ['jobs', 'job_items', 'outbox']) {
      const rows = JSON.stringify(await database.query(`SELECT * FROM ${table}`));
      expect(rows).not.toContain(tenant.apiKey);
      expect(rows).not.toContain('a very secret question');
    }
  });
});

describe('who may do what', () => {
  it('keeps projects and organisations apart', async () => {
    const id = await create();
    const stranger = await running.seedTenant({ scopes: ['evaluation', 'inference'] });
    const neighbour = await running.seedTenant({
      organizationId: tenant.organizationId,
      scopes: ['evaluation', 'inference'],
    });
    for (const { apiKey } of [stranger, neighbour]) {
      const clients = evaluationAs(running.clients(apiKey));
      await expect(clients.getJob({ id })).rejects.toMatchObject({ code: 'not_found' });
      await expect(clients.cancelJob({ id })).rejects.toMatchObject({ code: 'not_found' });
      await expect(clients.createJob(order())).rejects.toMatchObject({ code: 'permission_denied', param: 'api_key' });
      expect((await clients.listJobs({})).jobs).toEqual([]);
      const watch = clients.watchJob({ id })[Symbol.asyncIterator]();
      await expect(watch.next()).rejects.toMatchObject({ code: 'not_found' });
    }
    const admin = await running.seedTenant({ organizationId: tenant.organizationId, scopes: ['admin'], role: 'owner' });
    expect((await evaluationAs(running.clients(admin.apiKey)).getJob({ id })).job?.id).toBe(id);
    expect((await evaluationAs(running.operator).getJob({ id })).job?.id).toBe(id);
    await ended(id);
  });

  it('lets administrators use keys of their own organisation only', async () => {
    const inside = await running.seedTenant({
      organizationId: tenant.organizationId,
      scopes: ['admin'],
      role: 'owner',
    });
    const outside = await running.seedTenant({ scopes: ['admin'], role: 'owner' });
    const { job } = await evaluationAs(running.clients(inside.apiKey)).createJob(order());
    expect(job).toMatchObject({ projectId: tenant.projectId, state: 'pending' });
    const foreign = evaluationAs(running.clients(outside.apiKey));
    await expect(foreign.createJob(order())).rejects.toMatchObject({ code: 'permission_denied', param: 'api_key' });
    await expect(foreign.getJob({ id: job?.id })).rejects.toMatchObject({ code: 'not_found' });
    await ended(job?.id ?? '');
  });

  it('needs the scope, and a key that may call models', async () => {
    const blind = await running.seedTenant({ scopes: ['inference'] });
    const call = evaluationAs(running.clients(blind.apiKey)).createJob(order({ apiKey: blind.apiKey }));
    await expect(call).rejects.toMatchObject({ code: 'permission_denied' });
    const mute = await running.seedTenant({ scopes: ['evaluation'] });
    const silent = evaluationAs(running.clients(mute.apiKey)).createJob(order({ apiKey: mute.apiKey }));
    await expect(silent).rejects.toMatchObject({ code: 'permission_denied', param: 'api_key' });
    await expect(evaluationAs(running.operator).createJob(order({ apiKey: 'nonsense' }))).rejects.toMatchObject({
      code: 'invalid_api_key',
    });
  });

  it('lists in pages, newest first', async () => {
    const pages: string[] = [];
    for (let pageToken = '', page = 0; page === 0 || pageToken; page++) {
      const { jobs, nextPageToken } = await own().listJobs({ pageSize: 3, pageToken });
      pages.push(...jobs.map(({ id }) => id));
      pageToken = nextPageToken;
    }
    expect(pages.length).toBeGreaterThan(6);
    expect(pages).toEqual([...new Set(pages)].sort().reverse());
    expect((await own().listJobs({ pageSize: 200 })).jobs.map(({ id }) => id)).toEqual(pages);
  });

  it('refuses a wrong suite with its line', async () => {
    await expect(own().createJob(order({ suiteJsonl: '{"id":1}' }))).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'suite_jsonl',
      message: expect.stringContaining('line 1') as unknown,
    });
    await expect(own().createJob(order({ suiteJsonl: 'x'.repeat(6_000_000) }))).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });
});

describe('HTTP', () => {
  const body = () => ({
    name: 'over http',
    model: { name: 'smollm2' },
    benchmarks: [{ id: 'suite', parameters: { suite_jsonl: jsonl(sums(4)) }, pass_criteria: { threshold: 0 } }],
  });

  it('orders, shows, lists and cancels jobs in the form of EvalHub', async () => {
    frontDoor.behave({ text: () => '3' });
    const created = await get('', { method: 'POST', body: JSON.stringify(body()) });
    expect(created).toMatchObject({ status: 202, body: { name: 'over http', status: { state: 'pending' } } });
    const { id } = (created.body as unknown as { resource: { id: string } }).resource;
    const shown = await eventually(async () => {
      const { body: job } = await get(`/${id}`);
      return (job as unknown as { status: { state: string } }).status.state === 'completed' ? job : undefined;
    }, PATIENCE);
    expect(shown).toMatchObject({
      resource: { id },
      results: { benchmarks: [{ metrics: { exact_match: 0.25 }, test: { threshold: 0, pass: true } }] },
    });
    expect((await get('?limit=1')).body).toMatchObject({ items: [{ resource: { id } }], limit: 1 });
    expect((await get(`/${id}`, { method: 'DELETE' })).status).toBe(412);
    frontDoor.behave({ ttftMs: 60_000 });
    const next = await get('', { method: 'POST', body: JSON.stringify(body()) });
    const nextId = (next.body as unknown as { resource: { id: string } }).resource.id;
    expect((await get(`/${nextId}`, { method: 'DELETE' })).status).toBe(204);
    expect((await get(`/${nextId}`)).body).toMatchObject({ status: { state: 'cancelled' } });
  });

  it('answers what is wrong with it', async () => {
    const wrong = await get('', { method: 'POST', body: JSON.stringify({ ...body(), benchmarks: [] }) });
    expect(wrong).toMatchObject({ status: 400, body: { error: { code: 'invalid_request', param: 'benchmarks' } } });
    expect((await get('/nonsense')).status).toBe(404);
    expect((await get('?limit=many')).status).toBe(400);
    expect((await get('?limit=1', { headers: {} })).status).toBe(401);
  });
});
