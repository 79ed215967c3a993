import { systemSource } from '@weir/config';
import {
  alertChanged,
  guardrailVerdict,
  inferenceCompleted,
  monitorFinding,
  monitorV1,
  type AlertChanged,
  type MonitorFinding,
  type WeirEvent,
} from '@weir/contracts';
import type { RpcClients } from '@weir/grpc';
import { eventually, startTestProcess, type Tenant, type TestProcess } from '@weir/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { monitorService } from '../src/index.js';
import { completedEvent, failedEvent, verdictEvent } from './parts.js';

const PATIENCE = { timeoutMs: 30_000 };

let running: TestProcess;
let tenant: Tenant;
const findings: WeirEvent<MonitorFinding>[] = [];
const alerts: WeirEvent<AlertChanged>[] = [];

beforeAll(async () => {
  running = await startTestProcess({
    services: [monitorService],
    env: {
      WEIR_MONITOR_DRIFT_INTERVAL_MS: '200',
      WEIR_MONITOR_DRIFT_MIN_SAMPLES: '10',
      WEIR_MONITOR_DRIFT_REFERENCE_SAMPLES: '10',
      WEIR_MONITOR_SLO_INTERVAL_MS: '200',
    },
  });
  tenant = await running.seedTenant({ scopes: ['monitor.read'] });
  await running.bus.consume({
    event: monitorFinding,
    group: 'test',
    onEvent: async (event) => void findings.push(event),
  });
  await running.bus.consume({ event: alertChanged, group: 'test', onEvent: async (event) => void alerts.push(event) });
});
afterAll(() => running[Symbol.asyncDispose]());

const monitorAs = (clients: RpcClients) => clients.client('monitor', monitorV1.MonitorServiceDefinition);
const summaryAs = (clients: RpcClients, projectId: string) =>
  monitorAs(clients).getSummary({ projectId, fromMs: systemSource.now() - 3_600_000 });

const get = async (path: string, headers: Record<string, string> = tenant.headers) => {
  const answer = await fetch(`${running.httpUrl}${path}`, { headers });
  return { status: answer.status, body: await answer.json() };
};

describe('events', () => {
  it('count once, also when Kafka has them twice', async () => {
    const completed = running.bus.publisher(inferenceCompleted);
    const verdicts = running.bus.publisher(guardrailVerdict);
    const events = Array.from({ length: 12 }, () => completedEvent(tenant));
    for (const event of [...events, ...events]) await completed.publish(event.data, { id: event.id });
    const verdict = verdictEvent(tenant);
    for (const event of [verdict, verdict]) await verdicts.publish(event.data, { id: event.id });
    const last = completedEvent(tenant, { request_model: 'last' });
    await completed.publish(last.data, { id: last.id });
    const seen = await eventually(async () => {
      const summary = await summaryAs(running.operator, tenant.projectId);
      return summary.requests >= 13 ? summary : undefined;
    }, PATIENCE);
    expect(seen).toMatchObject({ requests: 13, errors: 0, inputTokens: 1300, outputTokens: 650, costUsd: '0.0026' });
    expect(Math.abs(seen.latencyP50Ms - 200)).toBeLessThanOrEqual(4.1);
    await eventually(async () => {
      const metrics = await (await fetch(`${running.httpUrl}/metrics`)).text();
      return metrics.includes('weir_monitor_events_total{event="completed",outcome="duplicate"} 12');
    });
  });

  it('make findings on the topic and in the list', async () => {
    const own = () => findings.filter(({ data }) => data.project_id === tenant.projectId && data.model === 'smollm2');
    const first = await eventually(() => own()[0], PATIENCE);
    expect(first.data).toMatchObject({ kind: 'drift', state: 'insufficient_data' });
    const listed = await monitorAs(running.clients(tenant.apiKey)).listFindings({ pageSize: 2 });
    expect(listed.findings).toHaveLength(2);
    const rest = await monitorAs(running.operator).listFindings({ pageToken: listed.nextPageToken });
    const ids = [...listed.findings, ...rest.findings].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain(first.data.finding_id);
  });

  it('make alerts on the topic, over gRPC and over HTTP', async () => {
    const completed = running.bus.publisher(inferenceCompleted);
    for (let index = 0; index < 30; index++) {
      const event = failedEvent(tenant);
      await completed.publish(event.data, { id: event.id });
    }
    const page = await eventually(() => alerts.find(({ data }) => data.severity === 'page'), PATIENCE);
    expect(page.data).toMatchObject({ name: 'WeirAvailabilityBurnRate', status: 'firing', ends_at: 0 });
    const own = monitorAs(running.clients(tenant.apiKey));
    const listed = await own.listAlerts({});
    expect(listed.alerts.map(({ fingerprint }) => fingerprint)).toContain(page.data.fingerprint);
    const { slos } = await own.listSlos({});
    expect(slos[0]?.name).toBe('availability');
    expect(slos[0]?.burnRates.map(({ window }) => window)).toEqual(['5m', '30m', '1h', '6h']);
    const { status, body } = await get('/api/v2/alerts');
    expect(status).toBe(200);
    expect(body).toContainEqual(
      expect.objectContaining({
        fingerprint: page.data.fingerprint,
        labels: expect.objectContaining({ alertname: 'WeirAvailabilityBurnRate', severity: 'page' }) as unknown,
        status: { inhibitedBy: [], mutedBy: [], silencedBy: [], state: 'active' },
        receivers: [{ name: 'weir' }],
      }),
    );
  });
});

describe('HTTP', () => {
  it('shows models and drift checks of the own organisation', async () => {
    const info = await get('/info');
    expect(info.body).toMatchObject({ smollm2: { data: { observations: 42, errors: 30 } } });
    const checks = await eventually(async () => {
      const { body } = await get('/metrics/drift/kstest/requests');
      const { requests } = body as { requests: { request: object; lastResult: object }[] };
      return requests.length >= 6 ? requests : undefined;
    }, PATIENCE);
    expect(checks[0]).toMatchObject({ request: { metricName: 'KSTEST', batchSize: 10 }, lastResult: { pValue: 1 } });
    const other = await running.seedTenant({ scopes: ['monitor.read'] });
    expect((await get('/info', other.headers)).body).toEqual({});
    expect((await get('/metrics/drift/kstest/requests', other.headers)).body).toEqual({ requests: [] });
  });

  it.each(['/info', '/api/v2/alerts', '/metrics/drift/kstest/requests'])('%s needs the scope', async (path) => {
    const blind = await running.seedTenant({ scopes: ['inference'] });
    expect((await get(path, blind.headers)).status).toBe(403);
    expect((await get(path, {})).status).toBe(401);
  });
});

describe('who may see what', () => {
  it('keeps organisations apart', async () => {
    const other = await running.seedTenant({ scopes: ['monitor.read'] });
    const blind = running.clients(other.apiKey);
    await expect(summaryAs(blind, tenant.projectId)).rejects.toMatchObject({ code: 'not_found', param: 'project_id' });
    expect((await summaryAs(blind, '')).requests).toBe(0);
    expect((await monitorAs(blind).listFindings({})).findings).toEqual([]);
    expect((await summaryAs(running.clients(tenant.apiKey), '')).requests).toBeGreaterThan(0);
  });

  it('lets nobody in without the scope, and only administrators set references', async () => {
    const inference = await running.seedTenant({ scopes: ['inference'] });
    await expect(summaryAs(running.clients(inference.apiKey), '')).rejects.toMatchObject({ code: 'permission_denied' });
    const target = { projectId: tenant.projectId, model: 'smollm2', series: 'input_tokens' };
    const reader = monitorAs(running.clients(tenant.apiKey));
    await expect(reader.setReference(target)).rejects.toMatchObject({ code: 'permission_denied' });
    const admin = monitorAs(running.clients((await running.seedTenant({ scopes: ['admin'], role: 'owner' })).apiKey));
    await expect(admin.setReference(target)).rejects.toMatchObject({ code: 'not_found' });
    expect((await monitorAs(running.operator).setReference(target)).samples).toBeGreaterThanOrEqual(10);
  });

  it.each([
    [{ projectId: 'p', model: 'm', series: 'mood' }, 'series'],
    [{ projectId: '', model: 'm', series: 'input_tokens' }, 'project_id'],
    [{ projectId: 'p', model: 'a\0b', series: 'input_tokens' }, 'model'],
  ])('refuses %j', async (request, param) => {
    const set = monitorAs(running.operator).setReference(request);
    await expect(set).rejects.toMatchObject({ code: 'invalid_request', param });
  });

  it('refuses tokens of other lists', async () => {
    for (const request of [{ pageToken: 'x' }, { pageToken: "0' OR 1=1" }, { pageSize: 201 }]) {
      await expect(monitorAs(running.operator).listFindings(request)).rejects.toMatchObject({
        code: 'invalid_request',
      });
    }
  });
});
