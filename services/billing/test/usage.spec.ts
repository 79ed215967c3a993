import type { Database } from '@weir/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Price } from '../src/prices/price.js';
import type { Tenant } from '../src/quota/counter.repository.js';
import { costsQuery, usageQuery } from '../src/usage/usage-query.js';
import { billingDatabase, completedEvent, newTenant, partsOver, priceOrder, type Parts } from './parts.js';

const DAY_MS = 86_400_000;
const START = Date.parse('2026-11-20T00:00:00Z');

let database: Database;
let parts: Parts;
let tenant: Tenant;
const events: ReturnType<typeof completedEvent>[] = [];

beforeAll(async () => {
  database = await billingDatabase();
  parts = partsOver(database);
  tenant = newTenant();
  const prices: Price[] = [];
  for (const model of ['large', 'small']) prices.push(await parts.prices.put(priceOrder({ model })));
  for (let index = 0; index < 24; index++) {
    const price = prices[index % 2] as Price;
    const event = completedEvent(
      { ...tenant, projectId: `project-${index % 3}`, apiKeyId: `key-${index % 4}` },
      {
        price_id: price.id,
        response_model: price.model,
        input_tokens: 10 + index,
        cached_input_tokens: index,
        output_tokens: index * 3,
        started_at: START + index * 3 * 3_600_000,
      },
    );
    events.push(event);
    await parts.charging.record(event, undefined);
  }
  await parts.charging.record(
    completedEvent(newTenant(), { price_id: prices[0]?.id, response_model: 'large', started_at: START }),
    undefined,
  );
});
afterAll(() => database[Symbol.asyncDispose]());

const query = (given: Record<string, unknown> = {}) =>
  usageQuery(
    { start_time: String(START / 1000), end_time: String((START + 3 * DAY_MS) / 1000), ...given },
    START + 9 * DAY_MS,
  );

describe('usage', () => {
  it('sums each day of the own organisation only', async () => {
    const sums = await parts.usage.sums(tenant.organizationId, query());
    expect(sums).toHaveLength(3);
    for (const sum of sums) {
      const ofDay = events.filter(({ data }) => Math.floor(data.started_at / DAY_MS) * DAY_MS === sum.bucketMs);
      expect(sum).toMatchObject({
        requests: ofDay.length,
        inputTokens: ofDay.reduce((total, { data }) => total + data.input_tokens, 0),
        cachedInputTokens: ofDay.reduce((total, { data }) => total + data.cached_input_tokens, 0),
        outputTokens: ofDay.reduce((total, { data }) => total + data.output_tokens, 0),
        projectId: null,
        apiKeyId: null,
        model: null,
      });
    }
    const charged = sums.reduce((total, sum) => total + sum.amount, 0n);
    expect(await parts.ledger.balance(`receivable/${tenant.organizationId}`)).toEqual({ amount: charged, entries: 24 });
  });

  it('groups by what is asked for, without losing anything', async () => {
    const sums = await parts.usage.sums(tenant.organizationId, query({ group_by: ['project_id', 'model'] }));
    expect(new Set(sums.map((sum) => `${sum.projectId} ${sum.model} ${sum.apiKeyId}`)).size).toBe(6);
    expect(sums.reduce((total, sum) => total + sum.requests, 0)).toBe(24);
  });

  it('filters by project, key and model', async () => {
    const filtered = query({ project_ids: 'project-0', api_key_ids: 'key-0,key-2', models: ['large'] });
    const sums = await parts.usage.sums(tenant.organizationId, filtered);
    expect(sums.reduce((total, sum) => total + sum.requests, 0)).toBe(4);
  });

  it('has minutes and hours, and leaves the end out', async () => {
    const hours = query({ bucket_width: '1h', end_time: String((START + 6 * 3_600_000) / 1000) });
    expect((await parts.usage.sums(tenant.organizationId, hours)).map((sum) => sum.bucketMs - START)).toEqual([
      0,
      3 * 3_600_000,
    ]);
    const minute = query({ bucket_width: '1m', limit: '1' });
    expect(await parts.usage.sums(tenant.organizationId, minute)).toMatchObject([{ requests: 1, inputTokens: 10 }]);
  });

  it('knows costs by line item', async () => {
    const costs = costsQuery({ start_time: String(START / 1000), group_by: 'line_item' }, START + 3 * DAY_MS);
    const sums = await parts.usage.sums(tenant.organizationId, costs);
    expect([...new Set(sums.map((sum) => sum.model))]).toEqual(['large', 'small']);
  });
});
