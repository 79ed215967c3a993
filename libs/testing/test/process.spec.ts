import { Controller, Get, Module } from '@nestjs/common';
import { RegistrySnapshot, startProcess } from '@weir/bootstrap';
import { billingV1 } from '@weir/contracts';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../src/eventually.js';
import { silentLogger } from '../src/quiet.js';
import { surroundings } from '../src/surroundings.js';
import { startTestProcess, type TestProcess } from '../src/test-process.js';
import { Gate, sampleService } from './sample-service.js';

let running: TestProcess;

beforeAll(async () => {
  running = await startTestProcess({ services: [sampleService], env: { WEIR_SAMPLE_GREETING: 'good day' } });
});
afterAll(() => running[Symbol.asyncDispose]());

const limits = () => running.operator.client('billing', billingV1.LimitServiceDefinition);
const get = (path: string, headers: Record<string, string> = {}) => fetch(running.httpUrl + path, { headers });

async function schemasLike(pattern: string): Promise<number> {
  const client = new Client({ connectionString: surroundings().databaseUrl });
  await client.connect();
  const { rowCount } = await client.query('SELECT 1 FROM pg_namespace WHERE nspname LIKE $1', [pattern]);
  await client.end();
  return rowCount ?? 0;
}

describe('a process', () => {
  it('is ready, and says so to HTTP', async () => {
    const ready = await get('/readyz');
    expect(await ready.json()).toEqual({ status: 'ready', problems: [] });
  });

  it('serves HTTP to the holder of a key, with the settings of the service', async () => {
    const { headers } = await running.seedTenant();
    expect(await (await get('/sample/greeting', headers)).json()).toEqual({ greeting: 'good day' });
    expect((await get('/sample/greeting')).status).toBe(401);
  });

  it('carries a change from gRPC over the outbox and Kafka to a consumer, once', async () => {
    await limits().putLimit({ limit: { id: 'l1', amount: '5' } });
    const seen = await eventually(async () => {
      const { limits: found } = await limits().listLimits({});
      return found.find(({ id, dimension }) => id === 'l1' && dimension === '1');
    });
    expect(seen.amount).toBe('5');
    expect(await (await get('/metrics')).text()).toContain('weir_sample_puts_total 1');
  });

  it('lets in over gRPC whom the class named, and nobody else', async () => {
    const admin = await running.seedTenant({ scopes: ['admin'] });
    const user = await running.seedTenant();
    const as = (key: string) => running.clients(key).client('billing', billingV1.LimitServiceDefinition);
    await expect(as(admin.apiKey).putLimit({ limit: { id: 'l2', amount: '1' } })).resolves.toBeDefined();
    await expect(as(user.apiKey).putLimit({ limit: { id: 'l3' } })).rejects.toMatchObject({
      code: 'permission_denied',
    });
    await expect(limits().deleteLimit({ id: 'l1' })).rejects.toMatchObject({ code: 'permission_denied' });
    await expect(limits().putLimit({})).rejects.toMatchObject({ code: 'invalid_request', param: 'limit' });
  });

  it('refuses a key within 2 s after it was revoked, over both doors', async () => {
    const tenant = await running.seedTenant({ scopes: ['admin'] });
    expect((await get('/sample/greeting', tenant.headers)).status).toBe(200);
    const revoked = performance.now();
    await running.publishState({ ...tenant.key, revoked_at: Date.now() });
    expect(performance.now() - revoked).toBeLessThan(2_000);
    const answer = await get('/sample/greeting', tenant.headers);
    expect(await answer.json()).toMatchObject({ error: { code: 'revoked_api_key' } });
    const client = running.clients(tenant.apiKey).client('billing', billingV1.LimitServiceDefinition);
    await expect(client.putLimit({ limit: { id: 'l4' } })).rejects.toMatchObject({ code: 'revoked_api_key' });
  });

  it('does not know a key whose state was deleted', async () => {
    const tenant = await running.seedTenant();
    await running.publishState(tenant.key, { deleted: true });
    expect((await get('/sample/greeting', tenant.headers)).status).toBe(401);
  });
});

describe('draining', () => {
  it('ends what runs, refuses what is new, and leaves nothing behind', async () => {
    const other = await startTestProcess({ services: [sampleService] });
    const { headers } = await other.seedTenant();
    const gate = other.app.get(Gate, { strict: false });
    const waiting = fetch(`${other.httpUrl}/sample/wait`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: '{"a":1}',
    });
    await eventually(() => gate.waiting === 1);
    const schema = `${other.settings.schemaPrefix}billing`;
    expect(await schemasLike(schema)).toBe(1);
    const drained = other[Symbol.asyncDispose]();
    await eventually(() =>
      fetch(`${other.httpUrl}/livez`).then(
        () => false,
        () => true,
      ),
    );
    gate.opened.resolve();
    expect(await (await waiting).json()).toEqual({ body: { a: 1 }, left: false });
    await drained;
    expect(await schemasLike(schema)).toBe(0);
  });
});

describe('a process without Kafka', () => {
  it('serves on with what it knew, and says that its consumers do not work', async () => {
    const first = await startTestProcess({ services: [sampleService] });
    const { headers } = await first.seedTenant();
    const settings = { ...first.settings, kafkaBrokers: ['127.0.0.1:1'] };
    await first.drain();
    await using second = await startProcess({ services: [sampleService], settings, env: {}, logger: silentLogger });
    await eventually(async () => (await fetch(`${second.httpUrl}/sample/greeting`, { headers })).status === 200);
    await second.app.get(RegistrySnapshot).ready;
    const ready = await fetch(`${second.httpUrl}/readyz`);
    expect(ready.status).toBe(503);
    const problems = JSON.stringify(await ready.json());
    expect(problems).toContain('consumer');
    expect(problems).not.toContain('registry');
    await second.drain();
    await first[Symbol.asyncDispose]();
  });
});

describe('a process that cannot start', () => {
  it.each([
    ['the database is away', () => ({ databaseUrl: 'postgres://nobody@127.0.0.1:1/none' }), 'database_unavailable'],
    ['its port is taken', () => ({ httpPort: Number(new URL(running.httpUrl).port) }), 'EADDRINUSE'],
  ])('says so when %s, and closes what it opened', async (_name, change, code) => {
    const { settings } = running;
    const home = `${settings.home}/${code}`;
    const started = startProcess({
      services: [sampleService],
      settings: { ...settings, grpcPort: 0, httpPort: 0, home, ...change() },
      env: {},
      logger: silentLogger,
    });
    await expect(started).rejects.toMatchObject({ code });
  });

  it('says so when a route declares no access', async () => {
    @Controller('/forgotten')
    class ForgottenController {
      @Get()
      get() {
        return 'never';
      }
    }
    @Module({ controllers: [ForgottenController] })
    class ForgottenModule {}
    const service = { name: 'router', module: ForgottenModule, settings: {}, metrics: {} } as const;
    await expect(startTestProcess({ services: [service] })).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringContaining('GET /forgotten'),
    });
  });
});
