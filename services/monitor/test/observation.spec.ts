import { parseUsd, formatUsd, type InferenceCompleted, type WeirEvent } from '@weir/contracts';
import type { Database } from '@weir/database';
import { fakeSource } from '@weir/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../src/aggregates/periods.js';
import { completedEvent, failedEvent, monitorDatabase, partsOver, someone, verdictEvent, type Parts } from './parts.js';

const NOW = Date.UTC(2026, 0, 10, 12, 34, 56);

let database: Database;
let parts: Parts;

beforeAll(async () => {
  database = await monitorDatabase();
  parts = partsOver(database, { source: fakeSource({ now: NOW }) });
});
afterAll(() => database[Symbol.asyncDispose]());

const everything = { organizationId: undefined, projectId: undefined, model: undefined };
const summaryOf = (projectId: string, fromMs = 0, toMs = 0) =>
  parts.summaries.summarize({ ...everything, projectId, fromMs, toMs });

describe('sums', () => {
  it('equal those over distinct events, however often and in whatever order these come', async () => {
    const event = fc.record({
      outcome: fc.constantFrom('ok', 'blocked', 'error', 'cancelled') as fc.Arbitrary<InferenceCompleted['outcome']>,
      input: fc.nat(10_000),
      output: fc.nat(10_000),
      cost: fc.bigInt({ min: 0n, max: 10n ** 15n }),
      model: fc.constantFrom('small', 'large'),
      ageMs: fc.nat(2 * HOUR_MS),
    });
    const deliveries = fc
      .array(event, { minLength: 1, maxLength: 12 })
      .chain((events) =>
        fc.record({ events: fc.constant(events), order: fc.array(fc.nat(events.length - 1), { maxLength: 24 }) }),
      );
    await fc.assert(
      fc.asyncProperty(deliveries, async ({ events, order }) => {
        const who = someone();
        const made = events.map(({ outcome, input, output, cost, model, ageMs }) =>
          completedEvent(who, {
            outcome,
            request_model: model,
            input_tokens: input,
            output_tokens: output,
            cost_usd: formatUsd(cost),
            ended_at: NOW - ageMs,
          }),
        );
        const delivered = [...order.map((index) => made[index]), ...made].filter((each) => each !== undefined);
        for (const each of delivered) await parts.observations.observeCompleted(each);
        const sum = (of: (event: InferenceCompleted) => number) =>
          made.reduce((total, { data }) => total + of(data), 0);
        const cost = made.reduce((total, { data }) => total + (parseUsd(data.cost_usd) ?? 0n), 0n);
        expect(await summaryOf(who.projectId)).toMatchObject({
          requests: made.length,
          errors: sum(({ outcome }) => Number(outcome === 'error')),
          blocked: sum(({ outcome }) => Number(outcome === 'blocked')),
          inputTokens: sum((data) => data.input_tokens),
          outputTokens: sum((data) => data.output_tokens),
          costUsd: formatUsd(cost),
        });
      }),
      { numRuns: 15 },
    );
  });

  it('of events that arrive at the same time lose none', async () => {
    const who = someone();
    const events = Array.from({ length: 40 }, () => completedEvent(who, { ended_at: NOW }));
    const twice: WeirEvent<InferenceCompleted>[] = [...events, ...events];
    await Promise.all(twice.map((event) => parts.observations.observeCompleted(event)));
    expect(await summaryOf(who.projectId)).toMatchObject({ requests: 40, inputTokens: 4000, costUsd: '0.008' });
  });

  it('of a range have what began in its minutes and nothing else', async () => {
    const who = someone();
    const at = (ms: number) => completedEvent(who, { ended_at: ms });
    const start = Date.UTC(2026, 0, 10, 9, 10);
    const inside = [start, start + MINUTE_MS - 1, start + HOUR_MS, start + 2 * HOUR_MS - 1];
    const outside = [start - 1, start + 2 * HOUR_MS];
    for (const ms of [...inside, ...outside]) await parts.observations.observeCompleted(at(ms));
    expect((await summaryOf(who.projectId, start, start + 2 * HOUR_MS)).requests).toBe(inside.length);
    expect((await summaryOf(who.projectId)).requests).toBe(inside.length + outside.length);
  });

  it('count verdicts by action, once, and not as requests', async () => {
    const who = someone();
    const masked = verdictEvent(who, { decided_at: NOW });
    const blocked = verdictEvent(who, { decided_at: NOW, action: 'block' });
    for (const event of [masked, masked, blocked]) await parts.observations.observeVerdict(event);
    const rows = await database.query<Record<string, string>>(
      `SELECT requests, verdicts_allow, verdicts_mask, verdicts_block FROM aggregates
       WHERE project_id = $1 AND resolution_ms = ${MINUTE_MS}`,
      [who.projectId],
    );
    expect(rows).toEqual([{ requests: '0', verdicts_allow: '0', verdicts_mask: '1', verdicts_block: '1' }]);
  });

  it('tell faults of callers from those of the service', async () => {
    const who = someone();
    for (const code of [
      'invalid_request',
      'context_length_exceeded',
      'engine_overloaded',
      'engine_failed',
      'unheard_of',
    ]) {
      await parts.observations.observeCompleted(failedEvent(who, { error_code: code, ended_at: NOW }));
    }
    const [row] = await database.query<Record<string, string>>(
      `SELECT errors, client_errors FROM aggregates WHERE project_id = $1 AND resolution_ms = ${HOUR_MS}`,
      [who.projectId],
    );
    expect(row).toEqual({ errors: '5', client_errors: '2' });
  });
});

describe('latencies', () => {
  it('come from the histograms of the range, within 2 %', async () => {
    const who = someone();
    for (let index = 1; index <= 50; index++) {
      const given = { ended_at: NOW, duration_ms: index * 10, time_to_first_token_ms: index };
      await parts.observations.observeCompleted(completedEvent(who, given));
    }
    const summary = await summaryOf(who.projectId, NOW - HOUR_MS);
    const near = (value: number, exact: number) => expect(Math.abs(value - exact) / exact).toBeLessThanOrEqual(0.0201);
    near(summary.latencyP50Ms, 250);
    near(summary.latencyP99Ms, 500);
    near(summary.ttftP50Ms, 25);
    near(summary.ttftP99Ms, 50);
  });

  it('of nothing are zero', async () => {
    expect(await summaryOf('nobody')).toMatchObject({ requests: 0, costUsd: '0', latencyP50Ms: 0, ttftP99Ms: 0 });
  });
});

describe('old sums', () => {
  it('are known by the hour when their minutes are gone, and not at all after that', async () => {
    const who = someone();
    const ages = { recent: HOUR_MS, old: 10 * 24 * HOUR_MS, ancient: 500 * 24 * HOUR_MS };
    for (const ageMs of Object.values(ages)) {
      await parts.observations.observeCompleted(completedEvent(who, { ended_at: NOW - ageMs }));
    }
    while ((await parts.retention.forget()) > 0);
    const kept = await database.query<{ resolution_ms: number; count: string }>(
      `SELECT resolution_ms, count(*) FROM aggregates WHERE project_id = $1 GROUP BY 1 ORDER BY 1`,
      [who.projectId],
    );
    expect(kept).toEqual([
      { resolution_ms: MINUTE_MS, count: '1' },
      { resolution_ms: HOUR_MS, count: '2' },
    ]);
    const at = NOW - ages.old;
    expect((await summaryOf(who.projectId, at, at + 1)).requests).toBe(1);
    expect((await summaryOf(who.projectId)).requests).toBe(2);
  });
});

describe('ranges', () => {
  it.each([
    [-1, 0, 'from_ms'],
    [5, 5, 'to_ms'],
    [NOW + HOUR_MS, 0, 'to_ms'],
  ])('from %d to %d are refused', async (fromMs, toMs, param) => {
    await expect(summaryOf('any', fromMs, toMs)).rejects.toMatchObject({ code: 'invalid_request', param });
  });
});
