import type { Database } from '@weir/database';
import { systemSource } from '@weir/config';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Price } from '../src/prices/price.js';
import type { Tenant } from '../src/quota/counter.repository.js';
import {
  addLimit,
  billingDatabase,
  blockedEvent,
  completedEvent,
  newTenant,
  partsOver,
  priceOrder,
  type Parts,
} from './parts.js';

let database: Database;
let parts: Parts;
let price: Price;
let tenant: Tenant;

beforeAll(async () => {
  database = await billingDatabase();
  price = await partsOver(database).prices.put(priceOrder());
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(() => {
  parts = partsOver(database);
  tenant = newTenant();
});

const receivable = () => parts.ledger.balance(`receivable/${tenant.organizationId}`);
const outbox = (requestId: string) =>
  database.query<{ type: string; payload: Record<string, unknown> }>(
    'SELECT type, payload FROM outbox WHERE subject = $1 ORDER BY sequence',
    [requestId],
  );

describe('charging', () => {
  it('writes charge, entries and event together, in exact money', async () => {
    const event = completedEvent(tenant, { price_id: price.id });
    await parts.charging.record(event, undefined);
    const charge = await parts.ledger.ofRequest(event.data.request_id);
    expect(charge).toMatchObject({ id: event.id, amount: 200_000_000n, priceId: price.id, model: 'smollm2' });
    expect(charge?.entries).toEqual([
      { account: `receivable/${tenant.organizationId}`, amount: 200_000_000n },
      { account: 'revenue/smollm2', amount: -200_000_000n },
    ]);
    expect(await outbox(event.data.request_id)).toMatchObject([
      { type: 'weir.billing.charged.v1', payload: { amount_usd: '0.0002', charge_id: event.id } },
    ]);
  });

  it('has its effect once, also when one event arrives ten times at once and again later', async () => {
    const event = completedEvent(tenant, { price_id: price.id });
    await Promise.all(Array.from({ length: 10 }, () => parts.charging.record(event, undefined)));
    await partsOver(database).charging.record(event, undefined);
    expect(await receivable()).toEqual({ amount: 200_000_000n, entries: 1 });
    expect(await outbox(event.data.request_id)).toHaveLength(1);
  });

  it('adds up whatever the order and the repetitions', async () => {
    const events = Array.from({ length: 60 }, (_, index) =>
      completedEvent(tenant, { price_id: price.id, input_tokens: index, output_tokens: index * 2 + 1 }),
    );
    const shuffled = [...events, ...events.filter((_, index) => index % 3 === 0)].sort((a, b) =>
      a.id.slice(-6).localeCompare(b.id.slice(-6)),
    );
    await Promise.all(shuffled.map((event) => parts.charging.record(event, undefined)));
    const expected = events.reduce(
      (sum, { data }) => sum + BigInt(data.input_tokens + 2 * data.output_tokens) * 1_000_000n,
      0n,
    );
    expect(await receivable()).toEqual({ amount: expected, entries: 60 });
  });

  it('never bills an unknown price as zero: nothing is written, and the event may come again', async () => {
    const event = completedEvent(tenant, { price_id: 'no-such-price' });
    await expect(parts.charging.record(event, undefined)).rejects.toMatchObject({ code: 'price_unknown' });
    expect(await receivable()).toBeUndefined();
    expect(await database.query('SELECT 1 FROM inbox WHERE id = $1', [event.id])).toEqual([]);
    await parts.charging.record({ ...event, data: { ...event.data, price_id: price.id } }, undefined);
    expect(await receivable()).toMatchObject({ entries: 1 });
    expect((await parts.metrics.render()).body).toContain('weir_billing_unpriced_events_total 1');
  });

  it('refuses one event without touching those that arrived with it', async () => {
    const good = Array.from({ length: 6 }, () => completedEvent(tenant, { price_id: price.id }));
    const unpriced = completedEvent(tenant, { price_id: 'no-such-price' });
    const unwritable = completedEvent({ ...tenant, apiKeyId: 'nul \u0000' }, { price_id: price.id });
    const events = [...good.slice(0, 3), unpriced, unwritable, ...good.slice(3)];
    const results = await Promise.allSettled(events.map((event) => parts.charging.record(event, undefined)));
    expect(results.map((result) => result.status === 'fulfilled')).toEqual([
      true,
      true,
      true,
      false,
      false,
      true,
      true,
      true,
    ]);
    expect(await receivable()).toEqual({ amount: 1_200_000_000n, entries: 6 });
  });

  it('writes no entry for a request without tokens, but claims and counts it', async () => {
    const limit = await addLimit(parts, { dimension: 'requests', window: 'day', amount: 9n }, tenant);
    const event = blockedEvent(tenant);
    await parts.charging.record(event, undefined);
    await parts.charging.record(event, undefined);
    expect(await parts.ledger.ofRequest(event.data.request_id)).toBeUndefined();
    const [counter] = await database.query<{ settled: string }>(
      'SELECT settled FROM limit_counters WHERE limit_id = $1',
      [limit.id],
    );
    expect(Number(counter?.settled)).toBe(1);
  });

  it('takes its own number where the event states another, and says so', async () => {
    const event = completedEvent(tenant, { price_id: price.id, cost_usd: '12' });
    await parts.charging.record(event, undefined);
    expect(await receivable()).toMatchObject({ amount: 200_000_000n });
    expect((await parts.metrics.render()).body).toContain('weir_billing_cost_mismatches_total{reason="amount"} 1');
  });
});

describe('budgets', () => {
  it('are announced once per threshold and window, whatever arrives at once', async () => {
    const whole = { scope: 'organization' as const, scopeId: tenant.organizationId };
    await addLimit(parts, { ...whole, dimension: 'money', window: 'month', amount: 1_000_000_000n }, tenant);
    const events = Array.from({ length: 7 }, () => completedEvent(tenant, { price_id: price.id }));
    await Promise.all([...events, ...events].map((event) => parts.charging.record(event, undefined)));
    const announced = await database.query<{ payload: Record<string, unknown> }>(
      `SELECT payload FROM outbox WHERE type = 'weir.billing.budget.v1' AND aggregateid = $1 ORDER BY sequence`,
      [tenant.organizationId],
    );
    expect(announced.map(({ payload }) => [payload.threshold_percent, payload.settled_usd])).toEqual([
      [50, '0.0006'],
      [80, '0.0008'],
      [100, '0.001'],
    ]);
  });
});

describe('the ledger itself', () => {
  it.each([
    'UPDATE ledger_entries SET amount_usd = 0',
    'DELETE FROM ledger_entries',
    'UPDATE charges SET amount_usd = 0',
    'DELETE FROM charges',
    'TRUNCATE charges CASCADE',
  ])('refuses %s', async (statement) => {
    await parts.charging.record(completedEvent(tenant, { price_id: price.id }), undefined);
    await expect(database.query(statement)).rejects.toThrow(/append-only/);
  });

  const insertCharge = `INSERT INTO charges SELECT $1::text, $1::text, organization_id, project_id, api_key_id, model, price_id,
    input_tokens, cached_input_tokens, output_tokens, amount_usd, started_ms, charged_ms FROM charges WHERE amount_usd = 0.0002 LIMIT 1`;

  it.each([
    ['no entries', []],
    ['one side only', [['revenue/smollm2', '-0.0002']]],
    [
      'sides that differ',
      [
        ['receivable/x', '0.0002'],
        ['revenue/smollm2', '-0.0001'],
      ],
    ],
    [
      'sides of another amount',
      [
        ['receivable/x', '0.5'],
        ['revenue/smollm2', '-0.5'],
      ],
    ],
  ])('refuses a charge with %s at commit', async (_, entries) => {
    await parts.charging.record(completedEvent(tenant, { price_id: price.id }), undefined);
    await database.query(`INSERT INTO ledger_accounts VALUES ('receivable/x', 0) ON CONFLICT DO NOTHING`);
    const id = systemSource.uuid();
    const write = database.transaction(async (tx) => {
      await tx.query(insertCharge, [id]);
      for (const [account, amount] of entries) {
        await tx.query('INSERT INTO ledger_entries VALUES ($1, $2, $3)', [id, account, amount]);
      }
    });
    await expect(write).rejects.toThrow(/not balanced/);
    expect(await parts.ledger.ofRequest(id)).toBeUndefined();
  });

  it('sums to zero over all accounts', async () => {
    const [row] = await database.query<{ total: string }>('SELECT sum(amount_usd) AS total FROM ledger_entries');
    expect(Number(row?.total)).toBe(0);
  });
});
