import { systemSource } from '@weir/config';
import { WeirError, type ErrorCode } from '@weir/errors';
import { createLogger, Metrics } from '@weir/telemetry';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Placement } from '../client/record-producer.js';
import { kafkaMetrics } from '../kafka.metrics.js';
import type { Spool } from '../spool/spool.js';
import type { OutgoingRecord } from '../wire/record.js';
import type { Availability } from './availability.js';
import { Batcher } from './batcher.js';
import { Outlet } from './outlet.js';

const event = { id: 'event-id', type: 'weir.test.v1' };
const record: OutgoingRecord = { topic: 'p.weir.test.v1', key: 'k', value: '{}', headers: {} };
const placement: Placement = { topic: record.topic, partition: 3, offset: '12' };
const limits = { maxRecords: 10, maxBytes: 1000, maxWaitingRecords: 1, maxWaitingBytes: 10_000 };

let up: boolean;
let downReasons: string[];
let spooled: OutgoingRecord[];
let drains: number;
let metrics: Metrics;
let spoolFailure: WeirError | undefined;

beforeEach(() => {
  [up, downReasons, spooled, drains, metrics, spoolFailure] = [true, [], [], 0, new Metrics(), undefined];
});

function outletOver(send: () => Promise<Placement[]>): Outlet {
  const availability = {
    get up() {
      return up;
    },
    markDown: (reason: { code: ErrorCode }) => {
      up = false;
      downReasons.push(reason.code);
    },
  };
  const spool = {
    append: async (one: OutgoingRecord) => {
      if (spoolFailure) throw spoolFailure;
      spooled.push(one);
    },
  };
  return new Outlet({
    batcher: new Batcher({ send }, limits),
    spool: spool as unknown as Spool,
    availability: availability as unknown as Availability,
    metrics: metrics.bind(kafkaMetrics),
    logger: createLogger({ level: 'silent' }),
    source: systemSource,
    onSpooled: () => (drains += 1),
  });
}

const stored = async () => {
  const { body } = await metrics.render();
  return /weir_kafka_published_total\{topic="weir.test.v1",stored="(\w+)"\} 1/.exec(body)?.[1];
};

describe('Outlet', () => {
  it('answers with the place in Kafka', async () => {
    const receipt = await outletOver(async () => [placement]).store(record, event, { timeoutMs: 1000, lingerMs: 0 });
    expect(receipt).toEqual({ stored: 'kafka', id: 'event-id', ...placement });
    expect([spooled, await stored()]).toEqual([[], 'kafka']);
  });

  it('does not ask Kafka while it is known to be away', async () => {
    up = false;
    const outlet = outletOver(() => expect.unreachable());
    expect(await outlet.store(record, event, { timeoutMs: 1000, lingerMs: 0 })).toEqual({
      stored: 'spool',
      id: 'event-id',
    });
    expect([spooled, drains, await stored()]).toEqual([[record], 0, 'spool']);
  });

  it('spools what is not acknowledged in time, and says that Kafka is away', async () => {
    const outlet = outletOver(() => new Promise(() => undefined));
    expect((await outlet.store(record, event, { timeoutMs: 5, lingerMs: 0 })).stored).toBe('spool');
    expect([spooled, downReasons]).toEqual([[record], ['deadline_exceeded']]);
  });

  it('spools what Kafka failed to take', async () => {
    const outlet = outletOver(() => Promise.reject(new WeirError('peer_unavailable', 'away')));
    expect((await outlet.store(record, event, { timeoutMs: 1000, lingerMs: 0 })).stored).toBe('spool');
    expect(downReasons).toEqual(['peer_unavailable']);
  });

  it('leaves it to the spool to find the one record that Kafka refuses, and Kafka up', async () => {
    const outlet = outletOver(() => Promise.reject(new WeirError('invalid_event', 'too large')));
    expect((await outlet.store(record, event, { timeoutMs: 1000, lingerMs: 0 })).stored).toBe('spool');
    expect([downReasons, drains]).toEqual([[], 1]);
  });

  it('spools at once when too much waits for Kafka already', async () => {
    const outlet = outletOver(() => new Promise(() => undefined));
    const waiting = [outlet.store(record, event, { timeoutMs: 50, lingerMs: 0 })];
    expect((await outlet.store(record, event, { timeoutMs: 60_000, lingerMs: 0 })).stored).toBe('spool');
    await Promise.all(waiting);
  });

  it('refuses what Kafka would never take', async () => {
    const large = { ...record, value: 'x'.repeat(1_000_000) };
    const refused = outletOver(() => expect.unreachable()).store(large, event, { timeoutMs: 1000, lingerMs: 0 });
    await expect(refused).rejects.toMatchObject({ code: 'payload_too_large' });
    expect(spooled).toEqual([]);
  });

  it('rejects only when neither Kafka nor the spool has the event', async () => {
    up = false;
    spoolFailure = new WeirError('internal', 'full');
    await expect(
      outletOver(() => expect.unreachable()).store(record, event, { timeoutMs: 1000, lingerMs: 0 }),
    ).rejects.toBe(spoolFailure);
    expect(await stored()).toBe('nowhere');
  });
});
