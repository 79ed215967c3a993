import type { Source } from '@weir/config';
import { auditRecorded, type AuditRecorded } from '@weir/contracts';
import { Tracing } from '@weir/telemetry';
import { beforeEach, describe, expect, it } from 'vitest';
import type { OutgoingRecord } from '../wire/record.js';
import type { Outlet } from './outlet.js';
import { EventPublisher } from './publisher.js';

const made = '019a0000-0000-7000-8000-00000000000a';
const source: Source = { now: () => 1_700_000_000_123, monotonic: () => 0, uuid: () => made, random: () => 0 };
const data: AuditRecorded = {
  audit_id: 'a',
  organization_id: 'org',
  principal: 'p',
  action: 'x',
  target: 't',
  allowed: true,
  recorded_at: 1,
};

let calls: { record: OutgoingRecord; event: object; timeoutMs: number; lingerMs: number }[];
let publisher: EventPublisher<typeof auditRecorded>;

beforeEach(() => {
  calls = [];
  const outlet = {
    store: async (record: OutgoingRecord, event: { id: string }, wait: { timeoutMs: number; lingerMs: number }) => {
      calls.push({ record, event, ...wait });
      return { stored: 'spool', id: event.id };
    },
  };
  publisher = new EventPublisher({
    event: auditRecorded,
    topic: 'p.topic',
    outlet: outlet as unknown as Outlet,
    tracing: Tracing.create({ serviceName: 't', sampleRatio: 1, endpoint: '' }),
    source,
  });
});

describe('EventPublisher', () => {
  it('gives the event an id and a time, and Kafka half a second', async () => {
    expect(await publisher.publish(data)).toEqual({ stored: 'spool', id: made });
    expect(calls[0]).toMatchObject({ event: { id: made, type: auditRecorded.type }, timeoutMs: 500, lingerMs: 0 });
    expect(calls[0]?.record).toMatchObject({ topic: 'p.topic', key: 'org' });
    expect(calls[0]?.record.headers).toMatchObject({ ce_id: made, ce_time: '2023-11-14T22:13:20.123Z' });
    expect(calls[0]?.record.headers).not.toHaveProperty('traceparent');
  });

  it('takes the id, time, subject and patience of the caller', async () => {
    const id = '019a0000-0000-7000-8000-00000000000b';
    await publisher.publish(data, { id, time: 0, subject: 's', timeoutMs: 7, lingerMs: 3 });
    expect(calls[0]).toMatchObject({ timeoutMs: 7, lingerMs: 3 });
    expect(calls[0]?.record.headers).toMatchObject({ ce_id: id, ce_time: '1970-01-01T00:00:00.000Z', ce_subject: 's' });
  });

  it('continues a trace, with a span when it is sampled', async () => {
    const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: false };
    await publisher.publish(data, { trace });
    await publisher.publish(data, { trace: { ...trace, sampled: true } });
    const [plain, sampled] = calls.map(({ record }) => record.headers['traceparent']);
    expect(plain).toBe(`00-${trace.traceId}-${trace.spanId}-00`);
    expect(sampled).toMatch(new RegExp(`^00-${trace.traceId}-(?!b{16})[0-9a-f]{16}-01$`));
  });

  it('refuses data that does not fit, before anything leaves', async () => {
    const wrong = publisher.publish({ ...data, recorded_at: -1 });
    await expect(wrong).rejects.toMatchObject({ code: 'invalid_event' });
    expect(calls).toEqual([]);
  });
});
