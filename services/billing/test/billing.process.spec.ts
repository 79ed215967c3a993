import { systemSource } from '@weir/config';
import {
  billingCharged,
  billingV1,
  formatUsd,
  inferenceCompleted,
  parseUsd,
  type BillingCharged,
  type WeirEvent,
} from '@weir/contracts';
import { Mesh, RpcClients } from '@weir/grpc';
import { eventually, silentLogger, startTestProcess, testMetrics, type Tenant, type TestProcess } from '@weir/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { billingService } from '../src/index.js';
import { completedEvent } from './parts.js';

let running: TestProcess;
let router: RpcClients;
let tenant: Tenant;
let priceId: string;
const charged: WeirEvent<BillingCharged>[] = [];

beforeAll(async () => {
  running = await startTestProcess({
    services: [billingService],
    env: {
      WEIR_BILLING_LEASE_TTL_MS: '1000',
      WEIR_BILLING_LEASE_GRACE_MS: '0',
      WEIR_BILLING_RECLAIM_INTERVAL_MS: '50',
    },
  });
  router = routerClients();
  tenant = await running.seedTenant({ scopes: ['usage.read'] });
  await running.bus.consume({
    event: billingCharged,
    group: 'test',
    onEvent: async (event) => void charged.push(event),
  });
  const price = {
    model: 'smollm2',
    inputUsdPerMillion: '1',
    cachedInputUsdPerMillion: '0.5',
    outputUsdPerMillion: '2',
    source: 'test',
  };
  const put = await running.operator.client('billing', billingV1.PriceServiceDefinition).putPrice({ price });
  priceId = put.price?.id ?? '';
});
afterAll(async () => {
  await router[Symbol.asyncDispose]();
  await running[Symbol.asyncDispose]();
});

function routerClients(): RpcClients {
  const { meshSecret: secret, tlsDirectory } = running.settings;
  return new RpcClients({
    self: 'router',
    addressOf: () => running.grpcAddress,
    binding: 'grpc',
    mesh: new Mesh({ secret, tlsDirectory, source: systemSource }),
    logger: silentLogger,
    metrics: testMetrics(),
    source: systemSource,
  });
}

const ledgerAs = (clients: RpcClients) => clients.client('billing', billingV1.LedgerServiceDefinition);
const limitsAs = (clients: RpcClients) => clients.client('billing', billingV1.LimitServiceDefinition);
const quota = () => router.client('billing', billingV1.QuotaServiceDefinition);

async function complete(of: Tenant) {
  const event = completedEvent(of, { price_id: priceId });
  const publisher = running.bus.publisher(inferenceCompleted);
  await publisher.publish(event.data, { id: event.id });
  await publisher.publish(event.data, { id: event.id });
  return event;
}

const get = async (path: string, headers: Record<string, string> = tenant.headers) => {
  const answer = await fetch(`${running.httpUrl}${path}`, { headers });
  return { status: answer.status, body: (await answer.json()) as Record<string, never> };
};
const today = () => Math.floor(systemSource.now() / 86_400_000) * 86_400;

describe('a completed request', () => {
  it('arrives in the ledger once, on the topic, in usage and in costs', async () => {
    const { data } = await complete(tenant);
    const { charge } = await eventually(() => ledgerAs(running.operator).getCharge({ requestId: data.request_id }), {
      timeoutMs: 30_000,
    });
    expect(charge).toMatchObject({ amountUsd: '0.0002', priceId, organizationId: tenant.organizationId });
    expect(charge?.entries.map((entry) => entry.amountUsd)).toEqual(['0.0002', '-0.0002']);
    const own = () => charged.filter((event) => event.data.request_id === data.request_id);
    await eventually(() => own().length, { timeoutMs: 30_000 });
    expect(own()[0]?.data).toMatchObject({ amount_usd: '0.0002', charge_id: charge?.eventId });
    const balance = await ledgerAs(running.operator).getBalance({ account: `receivable/${tenant.organizationId}` });
    expect(balance).toMatchObject({ balanceUsd: '0.0002', entries: 1 });

    const usage = await get(`/v1/organization/usage/completions?start_time=${today()}&group_by=model`);
    expect(usage).toMatchObject({ status: 200, body: { object: 'page', has_more: false, next_page: null } });
    expect(usage.body).toMatchObject({
      data: [
        {
          start_time: today(),
          results: [{ input_tokens: 100, output_tokens: 50, num_model_requests: 1, model: 'smollm2' }],
        },
      ],
    });
    const costs = await get(`/v1/organization/costs?start_time=${today()}`);
    expect(costs.body).toMatchObject({
      data: [
        {
          results: [
            {
              object: 'organization.costs.result',
              amount: { value: 0.0002, value_decimal: '0.0002', currency: 'usd' },
            },
          ],
        },
      ],
    });
  });

  it('and many others, repeated and shuffled, have one sum in the ledger, on the topic, in usage and in costs', async () => {
    const owner = await running.seedTenant({ scopes: ['usage.read'] });
    const events = Array.from({ length: 40 }, (_, index) =>
      completedEvent({ ...owner, projectId: `project-${index % 7}` }, { price_id: priceId, output_tokens: index * 11 }),
    );
    const copies = [...events, ...events, ...events.slice(0, 9)].sort((a, b) =>
      a.id.slice(-9).localeCompare(b.id.slice(-9)),
    );
    const publisher = running.bus.publisher(inferenceCompleted);
    await Promise.all(copies.map((event) => publisher.publish(event.data, { id: event.id, timeoutMs: 10_000 })));
    const expected = events.reduce(
      (sum, { data }) => sum + BigInt(data.input_tokens + 2 * data.output_tokens) * 1_000_000n,
      0n,
    );
    const own = () => charged.filter((event) => event.data.organization_id === owner.organizationId);
    await eventually(() => own().length >= events.length, { timeoutMs: 45_000 });
    expect(own().reduce((sum, event) => sum + (parseUsd(event.data.amount_usd) ?? 0n), 0n)).toBe(expected);
    const account = `receivable/${owner.organizationId}`;
    const balance = await ledgerAs(running.operator).getBalance({ account });
    expect(balance).toEqual({ account, balanceUsd: formatUsd(expected), entries: 40 });
    const usage = await get(`/v1/organization/usage/completions?start_time=${today()}`, owner.headers);
    expect(usage.body).toMatchObject({ data: [{ results: [{ num_model_requests: 40, input_tokens: 4_000 }] }] });
    const costs = await get(`/v1/organization/costs?start_time=${today()}`, owner.headers);
    expect(costs.body).toMatchObject({ data: [{ results: [{ amount: { value_decimal: formatUsd(expected) } }] }] });
  });

  it('at an unknown price goes to the dead letters and is not billed', async () => {
    const event = completedEvent(tenant, { price_id: 'no-such-price' });
    await running.bus.publisher(inferenceCompleted).publish(event.data, { id: event.id });
    await eventually(async () => {
      const metrics = await (await fetch(`${running.httpUrl}/metrics`)).text();
      return metrics.includes('weir_billing_unpriced_events_total 1');
    });
    const next = await complete(tenant);
    await eventually(() => ledgerAs(running.operator).getCharge({ requestId: next.data.request_id }), {
      timeoutMs: 30_000,
    });
    await expect(ledgerAs(running.operator).getCharge({ requestId: event.data.request_id })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('the HTTP door', () => {
  it('shows nothing to other organisations, to keys without the scope and to nobody', async () => {
    const other = await running.seedTenant({ scopes: ['usage.read'] });
    const blind = await running.seedTenant({ scopes: ['inference'] });
    const path = `/v1/organization/costs?start_time=${today()}`;
    expect((await get(path, other.headers)).body).toMatchObject({ data: [{ results: [] }] });
    expect((await get(path, blind.headers)).status).toBe(403);
    expect((await get(path, {})).status).toBe(401);
  });

  it('answers bad queries with the parameter that is wrong', async () => {
    expect(await get('/v1/organization/costs')).toMatchObject({
      status: 400,
      body: { error: { type: 'invalid_request_error', code: 'invalid_request', param: 'start_time' } },
    });
    expect(await get(`/v1/organization/costs?start_time=${today()}&batch=true`)).toMatchObject({
      status: 400,
      body: { error: { code: 'unsupported_parameter', param: 'batch' } },
    });
  });
});

describe('leases over gRPC', () => {
  it('are granted, refused with the limit, given back, and taken back from a router that is gone', async () => {
    const who = {
      replicaId: 'r-1',
      organizationId: tenant.organizationId,
      projectId: tenant.projectId,
      apiKeyId: tenant.apiKeyId,
    };
    const limit = { scope: 'project', scopeId: tenant.projectId, dimension: 'requests', window: 'month', amount: '2' };
    const put = await limitsAs(running.operator).putLimit({ limit });
    expect(put.limit).toMatchObject(limit);
    const { outcome } = await quota().acquireLease({ ...who, need: { requests: 1 } });
    expect(outcome).toMatchObject({ $case: 'lease', value: { granted: { requests: 1, tokens: -1, moneyUsd: '-1' } } });
    const gone = await quota().acquireLease({ ...who, need: { requests: 1 } });
    expect(gone.outcome?.$case).toBe('lease');
    const refused = await quota().acquireLease({ ...who, need: { requests: 1 } });
    expect(refused.outcome).toMatchObject({
      $case: 'refusal',
      value: { code: 'rate_limit_exceeded', scope: 'project', retryAfterMs: 1_000 },
    });
    const leaseId = outcome?.$case === 'lease' ? outcome.value.id : '';
    await quota().returnLease({ leaseId, spent: { requests: 0 } });
    await quota().returnLease({ leaseId, spent: { requests: 0 } });
    const all = async () => (await quota().acquireLease({ ...who, need: { requests: 2 } })).outcome?.$case === 'lease';
    await eventually(all);
    await limitsAs(running.operator).deleteLimit({ id: put.limit?.id });
    await expect(limitsAs(running.operator).deleteLimit({ id: put.limit?.id })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('refuse what makes no sense', async () => {
    await expect(quota().acquireLease({ replicaId: 'r-1' })).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'organization_id',
    });
    await expect(quota().returnLease({})).rejects.toMatchObject({ code: 'invalid_request', param: 'lease_id' });
  });
});

describe('prices over gRPC', () => {
  it('are told in full and then as they change', async () => {
    const watch = quota().watchPrices({})[Symbol.asyncIterator]();
    const first = await watch.next();
    expect(first.value).toMatchObject({ complete: true, prices: [expect.objectContaining({ id: priceId })] });
    const price = { model: 'other', inputUsdPerMillion: '3', outputUsdPerMillion: '4', source: 'test' };
    await running.operator.client('billing', billingV1.PriceServiceDefinition).putPrice({ price });
    expect((await watch.next()).value).toMatchObject({ prices: [{ model: 'other', cachedInputUsdPerMillion: '3' }] });
    await watch.return?.();
  });
});

describe('who may call', () => {
  it('keeps applications out of leases, and operators out of them too', async () => {
    const admin = await running.seedTenant({ scopes: ['admin'], role: 'owner' });
    const asAdmin = running.clients(admin.apiKey);
    for (const clients of [asAdmin, running.operator]) {
      const call = clients.client('billing', billingV1.QuotaServiceDefinition).acquireLease({ replicaId: 'x' });
      await expect(call).rejects.toMatchObject({ code: 'permission_denied' });
    }
  });

  it('lets an admin key set limits in its own organisation only', async () => {
    const admin = await running.seedTenant({ scopes: ['admin'], role: 'owner' });
    const own = limitsAs(running.clients(admin.apiKey));
    const limit = { scope: 'api_key', dimension: 'tokens', window: 'day', amount: '10' };
    const put = await own.putLimit({ limit: { ...limit, scopeId: admin.apiKeyId } });
    await expect(own.putLimit({ limit: { ...limit, scopeId: tenant.apiKeyId } })).rejects.toMatchObject({
      code: 'permission_denied',
    });
    const foreign = await limitsAs(running.operator).putLimit({ limit: { ...limit, scopeId: tenant.apiKeyId } });
    expect((await own.listLimits({})).limits.map((each) => each.id)).toEqual([put.limit?.id]);
    await expect(own.deleteLimit({ id: foreign.limit?.id })).rejects.toMatchObject({ code: 'not_found' });
    await limitsAs(running.operator).deleteLimit({ id: foreign.limit?.id });
  });

  it('hides charges and accounts of other organisations', async () => {
    const { data } = await complete(tenant);
    await eventually(() => ledgerAs(running.operator).getCharge({ requestId: data.request_id }), { timeoutMs: 30_000 });
    const own = ledgerAs(running.clients(tenant.apiKey));
    expect((await own.getCharge({ requestId: data.request_id })).charge?.requestId).toBe(data.request_id);
    const admin = await running.seedTenant({ scopes: ['admin'], role: 'owner' });
    const other = ledgerAs(running.clients(admin.apiKey));
    await expect(other.getCharge({ requestId: data.request_id })).rejects.toMatchObject({ code: 'not_found' });
    await expect(other.getBalance({ account: 'revenue/smollm2' })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('needs an owner or admin for prices', async () => {
    const member = await running.seedTenant({ scopes: ['admin'], role: 'member' });
    const prices = running.clients(member.apiKey).client('billing', billingV1.PriceServiceDefinition);
    await expect(prices.putPrice({ price: { model: 'x' } })).rejects.toMatchObject({ code: 'permission_denied' });
    const badPrice = running.operator
      .client('billing', billingV1.PriceServiceDefinition)
      .putPrice({ price: { model: 'x' } });
    await expect(badPrice).rejects.toMatchObject({ code: 'invalid_request', param: 'price.input_usd_per_million' });
  });
});
