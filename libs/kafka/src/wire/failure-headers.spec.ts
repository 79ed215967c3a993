import { WeirError } from '@weir/errors';
import { describe, expect, it } from 'vitest';
import { afterFailure, deliveryOf, isRetriable } from './failure-headers.js';
import type { IncomingRecord, OutgoingRecord } from './record.js';

const first: IncomingRecord = {
  topic: 'p.topic',
  partition: 3,
  offset: '42',
  timestamp: 1000,
  key: Buffer.from('k'),
  value: Buffer.from('v'),
  headers: { ce_id: 'x' },
};
const plan = { topic: 'p.topic', group: 'billing', retryDelaysMs: [10, 20], now: 5000 };
const arrivedOn = (record: OutgoingRecord, offset: string): IncomingRecord => ({
  ...first,
  topic: record.topic,
  partition: 0,
  offset,
  timestamp: 9999,
  headers: record.headers,
});

describe('the way of a record that fails', () => {
  it('goes through the retry topics to the dead letters and keeps where it came from', () => {
    const error = new WeirError('database_unavailable', 'The database cannot be reached.', {
      cause: new TypeError('inner'),
    });
    const one = afterFailure(first, error, plan);
    expect([one.to, one.record.topic]).toEqual(['retry', 'p.topic.billing-retry-1']);
    expect(one.record.headers).toMatchObject({
      ce_id: 'x',
      'retry_topic-attempts': '1',
      'retry_topic-backoff-timestamp': '5010',
      'retry_topic-original-timestamp': '1000',
    });
    const again = arrivedOn(one.record, '7');
    expect(deliveryOf(again)).toEqual({
      topic: 'p.topic',
      partition: 3,
      offset: '42',
      timestamp: 1000,
      attempt: 2,
      dueAt: 5010,
    });
    const two = afterFailure(again, error, plan);
    expect([two.to, two.record.topic]).toEqual(['retry', 'p.topic.billing-retry-2']);
    const three = afterFailure(arrivedOn(two.record, '8'), error, plan);
    expect([three.to, three.record.topic]).toEqual(['dead_letter', 'p.topic.billing-dlt']);
    expect(three.record.headers).toMatchObject({
      'kafka_dlt-original-topic': 'p.topic',
      'kafka_dlt-original-partition': '3',
      'kafka_dlt-original-offset': '42',
      'kafka_dlt-original-timestamp': '1000',
      'kafka_dlt-original-timestamp-type': 'CreateTime',
      'kafka_dlt-original-consumer-group': 'billing',
      'kafka_dlt-exception-fqcn': 'weir.database_unavailable',
      'kafka_dlt-exception-cause-fqcn': 'TypeError',
      'kafka_dlt-exception-message': 'The database cannot be reached.',
      'retry_topic-attempts': '3',
    });
    expect(three.record.headers).not.toHaveProperty('retry_topic-backoff-timestamp');
    expect(three.record.value).toEqual(first.value);
  });

  it('skips the retries when they would be of no use', () => {
    const { to, record } = afterFailure(first, new WeirError('invalid_event', 'bad'), plan);
    expect([to, record.topic]).toEqual(['dead_letter', 'p.topic.billing-dlt']);
  });

  it('keeps the text of untyped errors out of the headers', () => {
    const { record } = afterFailure(first, new RangeError('the prompt was: secret'), plan);
    expect(JSON.stringify(record.headers)).not.toContain('secret');
    expect(record.headers['kafka_dlt-exception-fqcn']).toBe('RangeError');
    expect(record.headers['kafka_dlt-exception-stacktrace']).toMatch(/^\s+at /);
  });

  it('tries again what may pass: typed errors that say so, internal ones and untyped ones', () => {
    expect(isRetriable(new WeirError('database_unavailable', ''))).toBe(true);
    expect(isRetriable(new WeirError('internal', ''))).toBe(true);
    expect(isRetriable(new Error(''))).toBe(true);
    expect(isRetriable('text')).toBe(true);
    expect(isRetriable(new WeirError('price_unknown', ''))).toBe(false);
  });

  it('does not trust headers that are no numbers', () => {
    const headers = { 'retry_topic-attempts': 'many', 'kafka_dlt-original-offset': '-1' };
    expect(deliveryOf({ ...first, headers })).toMatchObject({ attempt: 1, offset: '42' });
    const odd = {
      'retry_topic-attempts': '2',
      'kafka_dlt-original-offset': '-1',
      'retry_topic-backoff-timestamp': '1e99',
    };
    expect(deliveryOf({ ...first, headers: odd })).toMatchObject({ attempt: 3, offset: '42', dueAt: 0 });
  });
});
