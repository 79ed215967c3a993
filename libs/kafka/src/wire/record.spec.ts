import { describe, expect, it } from 'vitest';
import { deadLetterTopic, retryTopics } from './names.js';
import { incomingRecord, sizeOf } from './record.js';

describe('incoming records', () => {
  const raw = { offset: '5', timestamp: '1700000000123', key: Buffer.from('k'), value: Buffer.from('v') };

  it('have headers as text, of which the last counts', () => {
    const headers = { one: Buffer.from('1'), many: [Buffer.from('a'), 'b'], none: undefined, empty: [] };
    expect(incomingRecord('t', 3, { ...raw, headers })).toEqual({
      topic: 't',
      partition: 3,
      offset: '5',
      timestamp: 1_700_000_000_123,
      key: raw.key,
      value: raw.value,
      headers: { one: '1', many: 'b' },
    });
  });

  it('may have no headers, key or value', () => {
    expect(incomingRecord('t', 0, { ...raw, key: null, value: null })).toMatchObject({
      key: null,
      value: null,
      headers: {},
    });
  });
});

describe('sizeOf', () => {
  it('counts bytes, not characters, of the value', () => {
    expect(sizeOf({ key: null, value: null, headers: {} })).toBe(0);
    expect(sizeOf({ key: 'ab', value: 'é', headers: { h: 'vv' } })).toBe(2 + 2 + 5);
    expect(sizeOf({ key: Buffer.from('ab'), value: Buffer.from('é'), headers: {} })).toBe(4);
  });
});

describe('names of failure topics', () => {
  it('follow the topic and the group', () => {
    expect(retryTopics('p.weir.x.v1', 'billing', 2)).toEqual([
      'p.weir.x.v1.billing-retry-1',
      'p.weir.x.v1.billing-retry-2',
    ]);
    expect(retryTopics('t', 'g', 0)).toEqual([]);
    expect(deadLetterTopic('p.weir.x.v1', 'billing')).toBe('p.weir.x.v1.billing-dlt');
  });
});
