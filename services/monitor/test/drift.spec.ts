import type { Database } from '@weir/database';
import { fakeSource, type FakeSource } from '@weir/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { completedEvent, failedEvent, monitorDatabase, partsOver, someone, type Parts, type Who } from './parts.js';

const settings = { driftMinSamples: 20, driftReferenceSamples: 40 };

let database: Database;
let source: FakeSource;
let parts: Parts;
let who: Who;

beforeAll(async () => {
  database = await monitorDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

beforeEach(async () => {
  for (const table of ['drift_windows', 'drift_samples', 'drift_series', 'findings', 'outbox']) {
    await database.query(`TRUNCATE ${table}`);
  }
  source = fakeSource();
  parts = partsOver(database, { source, settings });
  who = someone();
});

async function see(count: number, tokens: (index: number) => number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const given = { input_tokens: tokens(index), output_tokens: index % 7, duration_ms: 100 + (index % 13) };
    await parts.observations.observeCompleted(completedEvent(who, { ...given, ended_at: source.now() }));
  }
}

async function check(): Promise<void> {
  source.advance(60_000);
  while (await parts.drift.checkNext());
}

const usual = (index: number) => 50 + (index % 20);
const longer = (index: number) => 90 + (index % 20);
const states = async () =>
  Object.fromEntries((await parts.driftRows.checked(undefined)).map(({ state }) => [state.series, state.state]));
const announced = async () =>
  (await parts.findings.list({ organizationId: who.organizationId, limit: 200, beforeId: '' }))
    .map(({ series, state }) => `${series} ${state}`)
    .reverse();
const events = () =>
  database.query<{ payload: { series: string; state: string }; aggregateid: string }>(
    'SELECT payload, aggregateid FROM outbox ORDER BY sequence',
  );

describe('drift', () => {
  it('is not judged on too few samples, then found where it is, and announced once', async () => {
    await see(30, usual);
    await check();
    const insufficient = {
      input_tokens: 'insufficient_data',
      output_tokens: 'insufficient_data',
      duration_ms: 'insufficient_data',
    };
    expect(await states()).toEqual(insufficient);
    await see(10, usual);
    await check();
    await see(19, usual);
    await check();
    expect(await states()).toEqual(insufficient);
    expect(await announced()).toHaveLength(3);
    await see(1, usual);
    await check();
    expect(await states()).toEqual({ input_tokens: 'ok', output_tokens: 'ok', duration_ms: 'ok' });
    await see(30, longer);
    await check();
    expect(await states()).toEqual({ input_tokens: 'drift', output_tokens: 'ok', duration_ms: 'ok' });
    expect((await announced()).slice(6)).toEqual(['input_tokens drift']);
    await see(30, longer);
    await check();
    expect(await announced()).toHaveLength(7);
    await see(40, usual);
    await check();
    expect((await announced()).slice(7)).toEqual(['input_tokens ok']);
    const sent = await events();
    const told = sent.map(({ payload }) => `${payload.series} ${payload.state}`);
    expect(told.sort()).toEqual((await announced()).sort());
    expect(sent.at(-1)?.aggregateid).toBe(`${who.projectId}/smollm2/input_tokens`);
  });

  it('carries its numbers in the finding and in the gauge', async () => {
    await see(40, usual);
    await check();
    await see(25, longer);
    await check();
    const found = await parts.findings.list({ organizationId: undefined, limit: 10, beforeId: '' });
    expect(found.find(({ state }) => state === 'drift')).toMatchObject({
      kind: 'drift',
      metric: 'kolmogorov_smirnov',
      series: 'input_tokens',
      value: 1,
      threshold: 0.1,
      reference_samples: 40,
      current_samples: 25,
    });
    const { body } = await parts.metrics.render();
    expect(body).toContain(
      `weir_monitor_drift_statistic{project="${who.projectId}",model="smollm2",series="input_tokens"} 1`,
    );
  });

  it('tells a state that stays again after an hour, and says so when it no longer knows', async () => {
    await see(40, usual);
    await check();
    await see(20, usual);
    await check();
    expect(await announced()).toHaveLength(6);
    source.advance(1_800_000);
    await see(20, usual);
    await check();
    expect(await announced()).toHaveLength(6);
    source.advance(1_800_000);
    await see(20, usual);
    await check();
    expect((await announced()).slice(6).sort()).toEqual(['duration_ms ok', 'input_tokens ok', 'output_tokens ok']);
    source.advance(3_600_000);
    await check();
    expect(Object.values(await states())).toEqual(Array(3).fill('insufficient_data'));
    source.advance(36_000_000);
    await check();
    expect(await announced()).toHaveLength(12);
    const { body } = await parts.metrics.render();
    expect(body).not.toMatch(/^weir_monitor_drift_statistic\{/m);
  });

  it('is measured over answered requests only', async () => {
    for (let index = 0; index < 50; index++) {
      await parts.observations.observeCompleted(failedEvent(who, { ended_at: source.now() }));
    }
    expect(await parts.drift.checkNext()).toBe(false);
  });

  it('is checked once per interval, however many replicas look at the same time', async () => {
    await see(5, usual);
    // Connections that are open already, so that the checks meet.
    await Promise.all([1, 2, 3, 4].map(() => database.query('SELECT pg_sleep(0.05)')));
    for (let round = 0; round < 5; round++) {
      source.advance(60_000);
      const all = await Promise.all([1, 2, 3].map(() => parts.drift.checkNext()));
      expect(all.filter(Boolean)).toHaveLength(1);
      expect(await parts.drift.checkNext()).toBe(false);
    }
    expect(await announced()).toHaveLength(3);
  });

  it('keeps models and projects apart', async () => {
    await see(40, usual);
    const first = who;
    who = someone();
    await see(30, longer);
    await check();
    who = first;
    await see(20, usual);
    await check();
    const checked = await parts.driftRows.checked(first.organizationId);
    expect(checked.map(({ projectId, state }) => `${projectId} ${state.state}`)).toEqual(
      Array(3).fill(`${first.projectId} ok`),
    );
    expect(await parts.driftRows.checked(undefined)).toHaveLength(6);
  });
});

describe('a window', () => {
  it('is a bounded, uniform sample of all that was seen', async () => {
    await see(40, usual);
    await check();
    await database.query('UPDATE drift_windows SET seen = 1000');
    await database.query(
      `INSERT INTO drift_samples SELECT $1, 'smollm2', 1, slot, 1, 1, 1 FROM generate_series(0, 999) AS slot`,
      [who.projectId],
    );
    await see(200, () => 7777);
    const [row] = await database.query<{ samples: string; fresh: string }>(
      `SELECT count(*) AS samples, count(*) FILTER (WHERE input_tokens = 7777) AS fresh FROM drift_samples WHERE window_no = 1`,
    );
    expect(row?.samples).toBe('1000');
    // 200 of 1200 were new, so about 167 of 1000 should be; five standard deviations are 59.
    expect(Math.abs(Number(row?.fresh) - 167)).toBeLessThan(59);
  });

  it('that became the first reference holds the first requests', async () => {
    await see(60, (index) => index);
    await check();
    const [row] = await database.query<{ reference: number[] }>(
      `SELECT reference FROM drift_series WHERE series = 'input_tokens'`,
    );
    expect(row?.reference).toEqual(Array.from({ length: 40 }, (_, index) => index));
  });
});

describe('a reference', () => {
  const target = () => ({ projectId: who.projectId, model: 'smollm2', series: 'input_tokens' as const });

  it('can be set from the last window, after which that is usual', async () => {
    await see(40, usual);
    await check();
    await see(30, longer);
    await check();
    expect((await states())['input_tokens']).toBe('drift');
    expect(await parts.drift.setReference(target(), who.organizationId)).toBe(30);
    await see(30, longer);
    await check();
    expect(await states()).toEqual({ input_tokens: 'ok', output_tokens: 'ok', duration_ms: 'ok' });
  });

  it('is never compared with the window that it is', async () => {
    await see(40, usual);
    await check();
    await see(20, longer);
    expect(await parts.drift.setReference(target(), undefined)).toBe(20);
    await check();
    expect(await states()).toEqual({ input_tokens: 'insufficient_data', output_tokens: 'ok', duration_ms: 'ok' });
  });

  it('needs samples, and a project of the own organisation', async () => {
    await see(19, usual);
    await expect(parts.drift.setReference(target(), undefined)).rejects.toMatchObject({
      code: 'failed_precondition',
      details: { samples: 19, needed: 20 },
    });
    await expect(parts.drift.setReference(target(), 'another')).rejects.toMatchObject({ code: 'not_found' });
    await expect(parts.drift.setReference({ ...target(), model: 'unseen' }, undefined)).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
