import { errors } from 'undici';
import { describe, expect, it } from 'vitest';
import { WeirError } from '@weir/errors';
import { connectionFailure, retryAfterMs, upstreamFailure } from './upstream-errors.js';

const body = JSON.stringify({ error: { message: 'no such thing', type: 'x', param: null, code: null } });
const failure = (status: number, more: { body?: string; retryAfter?: string } = {}) =>
  upstreamFailure({ status, body, retryAfter: undefined, now: 0, ...more });

describe('upstreamFailure', () => {
  it.each([
    [301, 'upstream_error'],
    [400, 'invalid_request'],
    [401, 'upstream_error'],
    [403, 'upstream_error'],
    [404, 'model_not_found'],
    [408, 'deadline_exceeded'],
    [413, 'payload_too_large'],
    [422, 'invalid_request'],
    [429, 'engine_overloaded'],
    [500, 'upstream_error'],
    [503, 'upstream_error'],
    [504, 'deadline_exceeded'],
  ])('maps %i to %s and keeps the message', (status, code) => {
    expect(failure(status)).toMatchObject({ code, details: { upstream_status: status } });
    expect(failure(status).message).toContain('no such thing');
  });

  it('knows a prompt that is too long by its code', () => {
    const long = JSON.stringify({ error: { message: 'too long', code: 'context_length_exceeded' } });
    expect(failure(400, { body: long }).code).toBe('context_length_exceeded');
  });

  it('tells when to come back', () => {
    expect(failure(429, { retryAfter: '7' }).retryAfterMs).toBe(7_000);
    expect(failure(429).retryAfterMs).toBe(1_000);
    expect(failure(500).retryAfterMs).toBeUndefined();
  });

  it('shows nothing of a body that is not an error object', () => {
    expect(failure(500, { body: '<html>secret</html>' }).message).toBe('The upstream answered 500.');
  });
});

describe('connectionFailure', () => {
  it('counts silence as lateness of the engine and keeps typed errors', () => {
    expect(connectionFailure(new errors.HeadersTimeoutError())).toMatchObject({
      code: 'deadline_exceeded',
      details: { engine_late: true },
    });
    const typed = new WeirError('invalid_configuration', 'private address');
    expect(connectionFailure(typed)).toBe(typed);
    expect(connectionFailure(new Error('wrapped', { cause: typed }))).toBe(typed);
    expect(connectionFailure(new Error('ECONNREFUSED')).code).toBe('upstream_error');
  });
});

describe('retryAfterMs', () => {
  it.each([
    ['2', 2_000],
    ['0.5', 500],
    ['-3', 0],
    ['99999999', 3_600_000],
    ['Thu, 01 Jan 1970 00:00:05 GMT', 4_000],
    ['soon', undefined],
    ['', undefined],
  ])('reads %s', (text, ms) => {
    expect(retryAfterMs(text, 1_000)).toBe(ms);
  });
});
