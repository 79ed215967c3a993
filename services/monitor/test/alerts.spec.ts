import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Database } from '@weir/database';
import { fakeSource, type FakeSource } from '@weir/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { completedEvent, failedEvent, monitorDatabase, partsOver, someone, type Parts } from './parts.js';

interface Received {
  readonly status: string;
  readonly severity: string;
  readonly body: Record<string, unknown>;
}

/** A receiver that answers with `status`, or not at all while it is 0. */
class Receiver {
  readonly received: Received[] = [];
  status = 200;
  readonly #server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>;
      const labels = body['commonLabels'] as Record<string, string>;
      this.received.push({ status: String(body['status']), severity: labels['severity'] ?? '', body });
      response.writeHead(this.status).end();
    });
  });

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook?token=hush`;
  }

  close(): Promise<unknown> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }
}

let database: Database;
let source: FakeSource;
let receiver: Receiver;
let parts: Parts;

beforeAll(async () => {
  database = await monitorDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

beforeEach(async () => {
  for (const table of ['aggregates', 'histograms', 'alerts', 'notifications', 'outbox']) {
    await database.query(`TRUNCATE ${table}`);
  }
  source = fakeSource({ now: Date.UTC(2026, 0, 10, 12) });
  receiver = new Receiver();
  await receiver.listen();
  parts = restarted();
});
afterEach(() => receiver.close());

const restarted = () =>
  partsOver(database, {
    source,
    settings: { webhookUrl: receiver.url, webhookAttempts: 3, webhookBaseMs: 1000, externalUrl: 'http://weir.test' },
  });

async function see(good: number, bad: number): Promise<void> {
  const who = someone();
  const at = { ended_at: source.now() };
  for (let index = 0; index < good; index++) await parts.observations.observeCompleted(completedEvent(who, at));
  for (let index = 0; index < bad; index++) await parts.observations.observeCompleted(failedEvent(who, at));
}

const statuses = async () =>
  Object.fromEntries((await parts.alertRows.list()).map(({ severity, status }) => [severity, status]));
const changes = async () => {
  const rows = await database.query<{ payload: { status: string; severity: string } }>(
    'SELECT payload FROM outbox ORDER BY sequence',
  );
  return rows.map(({ payload }) => `${payload.severity} ${payload.status}`);
};

async function deliverAll(): Promise<number> {
  let attempts = 0;
  while (await parts.notifications.deliverNext()) attempts++;
  return attempts;
}

describe('the availability', () => {
  it('is told as burn rates and what is left of the budget', async () => {
    await see(180, 20);
    const report = await parts.slos.report();
    expect(report).toMatchObject({ name: 'availability', objective: 0.995 });
    expect(report.rates['5m'].burnRate).toBeCloseTo(20, 9);
    expect(report.budgetRemaining).toBeCloseTo(-19, 9);
    source.advance(3_700_000);
    const later = await parts.slos.report();
    expect(later.rates['1h'].burnRate).toBeUndefined();
    expect(later.rates['6h'].burnRate).toBeCloseTo(20, 9);
    await parts.slos.evaluate();
    const { body } = await parts.metrics.render();
    expect(body).toMatch(/weir_monitor_slo_burn_rate\{slo="availability",window="6h"\} (20|19\.9{3,}\d*)/);
    expect(body).not.toContain('window="5m"');
    expect(body).toMatch(/weir_monitor_error_budget_remaining\{slo="availability"\} -(19|18\.9{3,}\d*)/);
  });
});

describe('alerts', () => {
  it('fire together with an event, stay, and resolve when the short window is good again', async () => {
    await see(10, 15);
    await parts.slos.evaluate();
    await parts.slos.evaluate();
    expect(await statuses()).toEqual({ page: 'firing', ticket: 'firing' });
    source.advance(400_000);
    await parts.slos.evaluate();
    expect(await statuses()).toEqual({ page: 'firing', ticket: 'firing' });
    await see(40, 0);
    await parts.slos.evaluate();
    expect(await statuses()).toEqual({ page: 'resolved', ticket: 'firing' });
    source.advance(1_900_000);
    await see(5, 0);
    await parts.slos.evaluate();
    expect(await statuses()).toEqual({ page: 'resolved', ticket: 'resolved' });
    expect(await changes()).toEqual(['page firing', 'ticket firing', 'page resolved', 'ticket resolved']);
  });

  it('do not fire on a handful of requests, nor for faults of callers', async () => {
    await see(0, 19);
    await parts.slos.evaluate();
    expect(await statuses()).toEqual({});
    const who = someone();
    for (let index = 0; index < 50; index++) {
      const fault = failedEvent(who, { error_code: 'invalid_request', ended_at: source.now() });
      await parts.observations.observeCompleted(fault);
    }
    await parts.slos.evaluate();
    expect(await statuses()).toEqual({});
    await see(0, 1);
    await parts.slos.evaluate();
    expect(await statuses()).toEqual({ page: 'firing', ticket: 'firing' });
  });

  it('change once, however many replicas see the same', async () => {
    await see(0, 30);
    await Promise.all([1, 2, 3].map(() => parts.slos.evaluate()));
    expect((await changes()).sort()).toEqual(['page firing', 'ticket firing']);
  });
});

describe('the webhook', () => {
  it('gets each change in the form of Alertmanager, once and in order', async () => {
    await see(0, 30);
    await parts.slos.evaluate();
    expect(await deliverAll()).toBe(2);
    source.advance(400_000);
    await see(500, 0);
    await parts.slos.evaluate();
    expect(await deliverAll()).toBeGreaterThan(0);
    parts = restarted();
    expect(await deliverAll()).toBe(0);
    const pages = receiver.received.filter(({ severity }) => severity === 'page');
    expect(pages.map(({ status }) => status)).toEqual(['firing', 'resolved']);
    expect(pages[0]?.body).toMatchObject({
      version: '4',
      receiver: 'weir',
      groupLabels: { alertname: 'WeirAvailabilityBurnRate' },
      externalURL: 'http://weir.test',
      truncatedAlerts: 0,
      alerts: [{ status: 'firing', startsAt: '2026-01-10T12:00:00.000Z', endsAt: '0001-01-01T00:00:00Z' }],
    });
    expect(pages[1]?.body).toMatchObject({ alerts: [{ status: 'resolved', endsAt: '2026-01-10T12:06:40.000Z' }] });
  });

  it('that fails is tried again after a wait, also after a restart, and before anything newer of the same alert', async () => {
    receiver.status = 500;
    await see(0, 30);
    await parts.slos.evaluate();
    expect(await deliverAll()).toBeGreaterThanOrEqual(2);
    source.advance(400_000);
    await see(500, 0);
    await parts.slos.evaluate();
    receiver.received.length = 0;
    receiver.status = 200;
    parts = restarted();
    await deliverAll();
    const pages = receiver.received.filter(({ severity }) => severity === 'page');
    expect(pages.map(({ status }) => status)).toEqual(['firing', 'resolved']);
  });

  it('that waits for its next attempt keeps back what is newer of the same alert, and nothing of others', async () => {
    const order = (severity: 'page' | 'ticket', status: 'firing' | 'resolved') =>
      parts.alerts.settle({ name: 'Slow', severity, status, labels: { severity }, annotations: {} });
    receiver.status = 500;
    await order('page', 'firing');
    await deliverAll();
    receiver.status = 200;
    receiver.received.length = 0;
    await order('page', 'resolved');
    await order('ticket', 'firing');
    await deliverAll();
    expect(receiver.received.map(({ severity }) => severity)).toEqual(['ticket']);
    source.advance(400_000);
    await deliverAll();
    const pages = receiver.received.slice(1).map(({ severity, status }) => `${severity} ${status}`);
    expect(pages).toEqual(['page firing', 'page resolved']);
  });

  it('that always fails is given up after its attempts, and the next change goes out', async () => {
    receiver.status = 503;
    await see(0, 30);
    await parts.slos.evaluate();
    let attempts = 0;
    for (let turn = 0; turn < 10; turn++) {
      attempts += await deliverAll();
      source.advance(10_000);
    }
    expect(attempts).toBe(2 * 3);
    receiver.status = 200;
    source.advance(400_000);
    await see(500, 0);
    await parts.slos.evaluate();
    receiver.received.length = 0;
    await deliverAll();
    expect(receiver.received.map(({ status }) => status)).toContain('resolved');
    expect((await parts.metrics.render()).body).toContain('weir_monitor_notifications_total{outcome="abandoned"} 2');
  });

  it('is not tried without end by processes that die over it', async () => {
    await see(0, 30);
    await parts.slos.evaluate();
    await database.query('UPDATE notifications SET attempts = 3');
    expect(await deliverAll()).toBe(2);
    expect(receiver.received).toEqual([]);
    expect(await deliverAll()).toBe(0);
  });

  it('that does not answer is an error without its address', async () => {
    const url = receiver.url;
    await receiver.close();
    const failure = await parts.webhook.post(url, {}).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'upstream_error' });
    expect(JSON.stringify(failure) + String(failure)).not.toContain('hush');
  });
});
