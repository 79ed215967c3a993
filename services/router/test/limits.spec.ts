import { eventually, type Tenant, type TenantOptions } from '@weir/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PRICE } from './fakes/fake-billing.js';
import { RouterWorld } from './router-world.js';

const MAX_IN_FLIGHT = 12;

let world: RouterWorld;
beforeAll(async () => {
  world = await RouterWorld.start({
    env: { WEIR_ROUTER_MAX_IN_FLIGHT: String(MAX_IN_FLIGHT), WEIR_ROUTER_OPEN_REQUESTS_PER_MINUTE: '3' },
  });
});
afterAll(() => world?.[Symbol.asyncDispose]());
beforeEach(() => {
  world.engine.scripts.clear();
  world.billing.down = false;
});

/** A project of its own, so that no test feels the limits of another. */
async function project(options: TenantOptions = {}) {
  const tenant: Tenant = await world.running.seedTenant({ organizationId: world.tenant.organizationId, ...options });
  const account = world.billing.of(tenant.projectId);
  const events = () => world.events.filter((event) => event.project_id === tenant.projectId);
  const chat = (extra: object = {}) => world.chat(extra, { headers: tenant.headers });
  return { account, events, chat };
}

describe('limits', () => {
  it('hold for concurrent requests to the token, and what was not used comes back', async () => {
    const { account, chat, events } = await project();
    account.tokenLimit = 200;
    account.slice = 0;
    const gate = Promise.withResolvers<void>();
    world.engine.scripts.set('d1', { gate: gate.promise });
    // Each reserves 5 bytes + 16 for the turn + 20 to generate = 41, so four fit at the same time.
    let decided = 0;
    const responses = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const response = await chat({ max_tokens: 20 });
        if ((decided += 1) === 6) gate.resolve();
        return response;
      }),
    );
    const statuses = responses.map((response) => response.status).sort();
    expect(statuses).toEqual([200, 200, 200, 200, 429, 429, 429, 429, 429, 429]);
    const refused = responses.find((response) => response.status === 429);
    expect(await refused?.json()).toMatchObject({ error: { code: 'rate_limit_exceeded', type: 'rate_limit_error' } });
    expect(refused?.headers.get('retry-after')).toBe('20');
    expect(refused?.headers.get('x-ratelimit-limit-tokens')).toBe('200');
    expect(refused?.headers.get('x-ratelimit-reset-tokens')).toBe('20s');
    // A lease of one request goes back as soon as that request is settled: 4 x 10 tokens are spent.
    await eventually(() => account.leases.size === 0 && account.tokensTaken === 40);
    // Refused requests used nothing and are no events; the others are, once each.
    await eventually(() => events().length === 4);
    expect(events().every((event) => event.outcome === 'ok')).toBe(true);
  });

  it('are asked from billing rarely: one lease serves many requests', async () => {
    const { account, chat } = await project();
    for (let turn = 0; turn < 30; turn += 1) await (await chat({ max_tokens: 5 })).text();
    expect(account.acquired).toBeLessThanOrEqual(6);
  });

  it('refuse what runs at the same time beyond the bound of the process', async () => {
    const { chat } = await project();
    world.engine.scripts.set('d1', { hang: true });
    const leave = new AbortController();
    const running = Array.from({ length: MAX_IN_FLIGHT }, () =>
      world.chat({}, { signal: leave.signal }).catch(() => undefined),
    );
    await eventually(() => world.engine.running === MAX_IN_FLIGHT);
    const refused = await chat();
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ error: { code: 'overloaded' } });
    leave.abort();
    await Promise.all(running);
    world.engine.scripts.clear();
    await eventually(async () => (await chat()).status === 200);
  });
});

describe('billing away', () => {
  it('leaves the lease in hand, and refuses a closed key without one', async () => {
    const served = await project();
    const other = await project();
    await (await served.chat({ max_tokens: 5 })).text();
    world.billing.down = true;
    expect((await served.chat({ max_tokens: 5 })).status).toBe(200);
    const refused = await other.chat();
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ error: { code: 'billing_unavailable' } });
    const event = await world.eventOf(refused.headers.get('x-weir-request-id'));
    expect(event).toMatchObject({ outcome: 'error', error_code: 'billing_unavailable', cost_usd: '0' });
  });

  it('lets an open key pass within its local allowance, marked', async () => {
    const { chat } = await project({ onBillingError: 'open' });
    world.billing.down = true;
    const statuses: number[] = [];
    for (let turn = 0; turn < 8; turn += 1) {
      const response = await chat();
      statuses.push(response.status);
      if (response.status !== 200) continue;
      expect(response.headers.get('x-weir-degraded')).toBe('billing');
      const event = await world.eventOf(response.headers.get('x-weir-request-id'));
      expect(event).not.toHaveProperty('lease_id');
    }
    // A minute may turn in between; then the allowance of 3 begins anew.
    const served = statuses.filter((status) => status === 200).length;
    expect(served).toBeGreaterThanOrEqual(3);
    expect(served).toBeLessThanOrEqual(6);
    expect(statuses.filter((status) => status === 503)).toHaveLength(8 - served);
  });

  it('is noticed when it comes back', async () => {
    const { chat } = await project();
    world.billing.down = true;
    expect((await chat()).status).toBe(503);
    world.billing.down = false;
    await eventually(async () => (await chat()).status === 200);
  });
});

describe('prices', () => {
  it('without a price nothing is served; a new one is in force at once', async () => {
    const known = world.running.snapshot.deployment('d1');
    if (!known) throw new TypeError('d1 is missing');
    await world.running.publishState({ ...known, id: 'd3', name: 'd3', model_name: 'unpriced' });
    await world.route({ alias: 'unpriced', targets: [{ deployment_id: 'd3', weight: 1 }] });
    const refused = await world.chat({ model: 'unpriced' });
    expect([refused.status, await refused.json()]).toMatchObject([503, { error: { code: 'price_unknown' } }]);
    world.billing.tellPrice({ ...PRICE, id: 'price-2', model: 'unpriced' });
    await eventually(async () => (await world.chat({ model: 'unpriced' })).status === 200);
  });

  it('refuses a model of which nothing is meant to run', async () => {
    await world.route({ alias: 'idle', targets: [{ deployment_id: 'unknown', weight: 1 }] });
    const refused = await world.chat({ model: 'idle' });
    expect([refused.status, await refused.json()]).toMatchObject([503, { error: { code: 'engine_unavailable' } }]);
    expect(refused.headers.get('retry-after')).toBe('5');
  });
});
