import type { Source } from '@weir/config';
import { auditRecorded, type AuditRecorded, type WeirEvent } from '@weir/contracts';
import { WeirError, type ErrorCode } from '@weir/errors';
import { createLogger, Metrics, Tracing } from '@weir/telemetry';
import { beforeEach, describe, expect, it } from 'vitest';
import { kafkaMetrics } from '../kafka.metrics.js';
import { encodeEvent } from '../wire/cloud-event.js';
import type { IncomingRecord, OutgoingRecord } from '../wire/record.js';
import type { DeliveryContext } from './consumer.js';
import { Delivery } from './delivery.js';

const NOW = 1_700_000_000_000;
const source: Source = { now: () => NOW, monotonic: () => 0, uuid: () => 'unused', random: () => 0 };
const data: AuditRecorded = {
  audit_id: 'a',
  organization_id: 'org',
  principal: 'p',
  action: 'x',
  target: 't',
  allowed: true,
  recorded_at: 1,
};
const id = '019a0000-0000-7000-8000-000000000001';
const place = { partition: 2, offset: '9', timestamp: NOW - 5 };

let sent: OutgoingRecord[];
let failures: number;
let handled: { event: WeirEvent<AuditRecorded>; context: DeliveryContext }[];
let metrics: Metrics;
let behaviour: () => Promise<void>;

beforeEach(() => {
  [sent, failures, handled, metrics] = [[], 0, [], new Metrics()];
  behaviour = () => Promise.resolve();
});

function arrived(changes: Partial<IncomingRecord> = {}): IncomingRecord {
  const { topic, key, value, headers } = encodeEvent(auditRecorded, 'p.topic', data, { id, time: NOW });
  return { topic, key: Buffer.from(key ?? ''), value: Buffer.from(value ?? ''), headers, ...place, ...changes };
}

/** Fails with the given codes, one per call, then succeeds. */
const failing =
  (...codes: ErrorCode[]) =>
  async () => {
    const code = codes.shift();
    if (code) throw new WeirError(code, 'as told');
  };

const newDelivery = () =>
  new Delivery({
    event: auditRecorded,
    topic: 'p.topic',
    group: 'g',
    retryDelaysMs: [100, 200],
    onEvent: (event, context) => {
      handled.push({ event, context });
      return behaviour();
    },
    sender: {
      send: async (records) => {
        if (failures-- > 0) throw new WeirError('peer_unavailable', 'away');
        sent.push(...records);
        return [];
      },
    },
    metrics: metrics.bind(kafkaMetrics),
    logger: createLogger({ level: 'silent' }),
    tracing: Tracing.create({ serviceName: 't', sampleRatio: 0, endpoint: '' }),
    source,
  });

const never = new AbortController().signal;
const outcomes = async () => {
  const { body } = await metrics.render();
  const found = body.matchAll(/weir_kafka_consumed_total\{[^}]*outcome="(\w+)"\} (\d+)/g);
  return Object.fromEntries([...found].map(([, outcome, count]) => [outcome, Number(count)]));
};

describe('Delivery', () => {
  it('hands the event to its handler with the place it came from', async () => {
    const delivery = newDelivery();
    expect(await delivery.deliver(arrived(), never)).toBe(true);
    expect(handled).toHaveLength(1);
    expect(handled[0]?.event).toMatchObject({ id, data });
    expect(handled[0]?.context).toMatchObject({ partition: 2, offset: '9', attempt: 1, signal: never });
    expect([delivery.finished, sent, await outcomes()]).toEqual([1, [], { ok: 1 }]);
  });

  it('gives a traced event a span of its own in the same trace', async () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    await newDelivery().deliver(arrived({ headers: { ...arrived().headers, traceparent } }), never);
    expect(handled[0]?.context.trace?.traceId).toBe('a'.repeat(32));
    expect(handled[0]?.context.trace?.spanId).not.toBe('b'.repeat(16));
  });

  it('moves a failed event on and calls it finished here', async () => {
    behaviour = () => Promise.reject(new WeirError('internal', 'as told'));
    const delivery = newDelivery();
    expect(await delivery.deliver(arrived(), never)).toBe(true);
    expect(sent.map(({ topic }) => topic)).toEqual(['p.topic.g-retry-1']);
    expect(sent[0]?.headers['retry_topic-backoff-timestamp']).toBe(String(NOW + 100));
    expect(await outcomes()).toEqual({ retry: 1 });
  });

  it('does not bother the handler with what cannot be read', async () => {
    expect(await newDelivery().deliver(arrived({ value: Buffer.from('{') }), never)).toBe(true);
    expect(handled).toEqual([]);
    expect(sent.map(({ topic }) => topic)).toEqual(['p.topic.g-dlt']);
    expect(await outcomes()).toEqual({ dead_letter: 1 });
  });

  it('keeps a failed event in hand until Kafka has it', async () => {
    behaviour = () => Promise.reject(new WeirError('price_unknown', 'no price'));
    failures = 3;
    expect(await newDelivery().deliver(arrived(), never)).toBe(true);
    expect(sent.map(({ topic }) => topic)).toEqual(['p.topic.g-dlt']);
  });

  it('finishes nothing when the partition went away meanwhile', async () => {
    const ending = new AbortController();
    behaviour = () => {
      ending.abort();
      return Promise.reject(new Error('stopped'));
    };
    const delivery = newDelivery();
    expect(await delivery.deliver(arrived(), ending.signal)).toBe(false);
    expect([delivery.finished, sent, await outcomes()]).toEqual([0, [], { abandoned: 1 }]);
  });

  it('gives up moving an event on when the partition goes away', async () => {
    const ending = new AbortController();
    behaviour = () => Promise.reject(new Error('broken'));
    failures = Number.POSITIVE_INFINITY;
    const delivered = newDelivery().deliver(arrived(), ending.signal);
    ending.abort();
    expect(await delivered).toBe(false);
  });

  it('says how long a record of a retry topic has to wait, but never longer than the longest wait', () => {
    const delivery = newDelivery();
    const due = (at: number) =>
      delivery.waitFor(
        arrived({ headers: { 'retry_topic-attempts': '1', 'retry_topic-backoff-timestamp': String(at) } }),
      );
    expect([due(NOW - 1), due(NOW + 70), due(NOW + 10 ** 9), delivery.waitFor(arrived())]).toEqual([0, 70, 200, 0]);
  });

  it('waits for a database that is away, however long, without using up the retries', async () => {
    behaviour = failing(...Array.from({ length: 20 }, () => 'database_unavailable' as const));
    const delivery = newDelivery();
    expect(await delivery.deliver(arrived(), new AbortController().signal)).toBe(true);
    expect(handled).toHaveLength(21);
    expect(sent).toEqual([]);
    expect(delivery.waiting).toBe(false);
  });

  it('stops waiting when its partition is taken away', async () => {
    behaviour = failing('database_unavailable');
    expect(await newDelivery().deliver(arrived(), AbortSignal.abort())).toBe(false);
    expect(sent).toEqual([]);
  });
});
