import { auditRecorded, type AuditRecorded } from '@weir/contracts';
import { isWeirError } from '@weir/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEvent, encodeEvent, validated } from './cloud-event.js';
import type { IncomingRecord, OutgoingRecord } from './record.js';

const id = '019a0000-0000-7000-8000-000000000001';
const data: AuditRecorded = {
  audit_id: 'a',
  organization_id: 'org-1',
  principal: 'p',
  action: 'x',
  target: 't',
  allowed: false,
  recorded_at: 5,
};

const arrived = (record: OutgoingRecord, changes: Partial<IncomingRecord> = {}): IncomingRecord => ({
  topic: record.topic,
  partition: 0,
  offset: '7',
  timestamp: 1000,
  key: Buffer.from(record.key ?? ''),
  value: record.value === null ? null : Buffer.from(record.value),
  headers: record.headers,
  ...changes,
});
const sent = () => encodeEvent(auditRecorded, 'topic', data, { id, time: 1_700_000_000_123 });

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return isWeirError(error) ? error.code : 'untyped';
  }
  return 'none';
}

describe('CloudEvents in binary mode', () => {
  it('writes the attributes as headers and the data as the value, under the key of the event', () => {
    const record = encodeEvent(auditRecorded, 'topic', data, {
      id,
      time: 1_700_000_000_123,
      subject: 's',
      traceparent: 'tp',
    });
    expect(record).toEqual({
      topic: 'topic',
      key: 'org-1',
      value: JSON.stringify(data),
      headers: {
        ce_specversion: '1.0',
        ce_type: 'weir.audit.recorded.v1',
        ce_source: '/weir/registry',
        ce_id: id,
        ce_time: '2023-11-14T22:13:20.123Z',
        ce_subject: 's',
        'content-type': 'application/json',
        traceparent: 'tp',
      },
    });
  });

  it('reads what it wrote', () => {
    expect(decodeEvent(auditRecorded, arrived(sent()))).toEqual({
      id,
      source: '/weir/registry',
      type: 'weir.audit.recorded.v1',
      time: 1_700_000_000_123,
      data,
    });
  });

  it('takes the time of the record when the event has none, and drops fields it does not know', () => {
    const { ce_time: _, ...headers } = sent().headers;
    const value = Buffer.from(JSON.stringify({ ...data, later_field: 1 }));
    const event = decodeEvent(auditRecorded, arrived(sent(), { headers, value }));
    expect(event.time).toBe(1000);
    expect(event.data).toEqual(data);
  });

  it.each([
    ['another version', { ce_specversion: '0.3' }],
    ['another type', { ce_type: 'weir.other.v1' }],
    ['an id that is no UUID', { ce_id: 'one' }],
    ['no source', { ce_source: '' }],
    ['a time that is none', { ce_time: 'yesterday' }],
    ['another content type', { 'content-type': 'application/avro' }],
  ])('refuses %s', (_name, headers) => {
    const record = arrived(sent(), { headers: { ...sent().headers, ...headers } });
    expect(codeOf(() => decodeEvent(auditRecorded, record))).toBe('invalid_event');
  });

  it.each([
    ['nothing', null],
    ['no JSON', Buffer.from('{"audit_id": ')],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
    ['another shape', Buffer.from('{"audit_id": 5}')],
  ])('refuses a value with %s', (_name, value) => {
    expect(codeOf(() => decodeEvent(auditRecorded, arrived(sent(), { value })))).toBe('invalid_event');
  });

  it('answers any bytes and headers with an event or with invalid_event', () => {
    const headers = fc.dictionary(fc.constantFrom(...Object.keys(sent().headers), 'traceparent', 'x'), fc.string());
    fc.assert(
      fc.property(fc.uint8Array(), headers, (bytes, changed) => {
        const record = arrived(sent(), { value: Buffer.from(bytes), headers: { ...sent().headers, ...changed } });
        expect(['invalid_event', 'none']).toContain(codeOf(() => decodeEvent(auditRecorded, record)));
      }),
    );
  });

  it('says which field is wrong and never what it held', () => {
    try {
      validated(auditRecorded, { ...data, recorded_at: 'the secret text' });
      expect.unreachable();
    } catch (error) {
      expect(String(error)).toContain('recorded_at');
      expect(String(error)).not.toContain('secret');
    }
  });
});

describe('CloudEvents in structured mode', () => {
  const envelope = {
    specversion: '1.0',
    id,
    source: '/elsewhere',
    type: 'weir.audit.recorded.v1',
    time: '2023-11-14T22:13:20.123Z',
    traceparent: 'tp',
    data,
  };
  const headers = { 'content-type': 'application/cloudevents+json; charset=UTF-8' };

  it('reads attributes and data from one object', () => {
    const event = decodeEvent(
      auditRecorded,
      arrived(sent(), { headers, value: Buffer.from(JSON.stringify(envelope)) }),
    );
    expect(event).toMatchObject({ id, source: '/elsewhere', time: 1_700_000_000_123, traceparent: 'tp', data });
  });

  it('refuses an envelope that is no object', () => {
    expect(codeOf(() => decodeEvent(auditRecorded, arrived(sent(), { headers, value: Buffer.from('3') })))).toBe(
      'invalid_event',
    );
  });
});
