import { describe, expect, it } from 'vitest';
import { optionalName, readName, readPage, readSeries } from './requests.js';
import { assertVisible, confinedTo } from './tenant-view.js';

const principal = {
  apiKeyId: 'k',
  projectId: 'p',
  organizationId: 'o',
  scopes: ['monitor.read'],
  role: 'viewer',
  onBillingError: 'closed',
} as const;

const refuses = (param: string) => expect.objectContaining({ code: 'invalid_request', param }) as Error;

describe('requests', () => {
  it('have bounded pages', () => {
    expect(readPage({ pageSize: 0, pageToken: '' })).toEqual({ limit: 50, beforeId: '' });
    expect(() => readPage({ pageSize: 201, pageToken: '' })).toThrow(refuses('page_size'));
    for (const pageToken of ['x', "' OR 1=1", '0199C0DE-0000-7000-8000-000000000001']) {
      expect(() => readPage({ pageSize: 1, pageToken })).toThrow(refuses('page_token'));
    }
  });

  it('have names that a database and a terminal can hold', () => {
    expect(optionalName('', 'model')).toBeUndefined();
    expect(optionalName('smollm2', 'model')).toBe('smollm2');
    for (const wrong of ['a\0', '\u001b[31m', '\ud800', 'x'.repeat(201)]) {
      expect(() => optionalName(wrong, 'model')).toThrow(refuses('model'));
    }
    expect(() => readName('', 'project_id')).toThrow(refuses('project_id'));
    expect(readSeries('duration_ms')).toBe('duration_ms');
    expect(() => readSeries('constructor')).toThrow(refuses('series'));
  });
});

describe('a caller', () => {
  it('is confined by its key, whoever forwards the call', () => {
    const operator = { kind: 'service', name: 'operator' } as const;
    expect(confinedTo({ peer: { kind: 'client' }, principal })).toBe('o');
    expect(confinedTo({ peer: operator, principal })).toBe('o');
    expect(confinedTo({ peer: operator, principal: undefined })).toBeUndefined();
    expect(() => confinedTo({ peer: { kind: 'client' }, principal: undefined })).toThrow(
      expect.objectContaining({ code: 'missing_api_key' }),
    );
  });

  it('sees projects of its organisation only', () => {
    const organizationOf = (id: string) => ({ p1: 'o', p2: 'other' })[id];
    expect(() => assertVisible('p1', organizationOf, 'o')).not.toThrow();
    expect(() => assertVisible('p2', organizationOf, undefined)).not.toThrow();
    for (const hidden of ['p2', 'unknown']) {
      expect(() => assertVisible(hidden, organizationOf, 'o')).toThrow(expect.objectContaining({ code: 'not_found' }));
    }
  });
});
