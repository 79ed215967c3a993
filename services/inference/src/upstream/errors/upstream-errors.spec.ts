import { errors } from 'undici';
import { describe, expect, it } from 'vitest';
import { WeirError } from '@weir/errors';
import { connectionFailure, streamError, upstreamFailure } from './upstream-errors.js';

const told = { error: { message: 'no such thing', type: 'x', param: null, code: null } };
const failure = (status: number, body: unknown = told, headers: Record<string, string> = {}) =>
  upstreamFailure({ status, body: typeof body === 'string' ? body : JSON.stringify(body), headers, now: 0 });
const error = (fields: object) => ({ error: { message: 'm', ...fields } });

describe('upstreamFailure', () => {
  it.each([
    [301, 'upstream_error'],
    [400, 'invalid_request'],
    [404, 'model_not_found'],
    [408, 'deadline_exceeded'],
    [413, 'payload_too_large'],
    [422, 'invalid_request'],
    [429, 'engine_overloaded'],
    [500, 'upstream_error'],
    [503, 'upstream_error'],
    [504, 'deadline_exceeded'],
    [529, 'engine_overloaded'],
  ])('maps %i to %s', (status, code) => {
    expect(failure(status)).toMatchObject({ code, details: { upstream_status: status } });
  });

  it('keeps the message where the caller can do something about it, and nowhere else', () => {
    for (const status of [400, 413, 422]) expect(failure(status).message).toContain('no such thing');
    for (const status of [301, 404, 408, 429, 500, 503, 529]) {
      expect(failure(status).message).toBe(`The upstream answered ${status}.`);
    }
  });

  it.each(['ghp_a1B2c3D4e5F6a1B2c3D4e5F6', '4111111111111111', 'the whole prompt', 'x'.repeat(200), 'a[4111]'])(
    'takes no other text for a parameter: %s',
    (param) => {
      expect(failure(400, error({ param })).param).toBeUndefined();
      const message = `Unrecognized request argument supplied: ${param}`;
      expect(failure(400, error({ message })).param).not.toBe(param);
    },
  );

  it.each(['messages[0].content', 'messages.12.content', 'response_format.json_schema', 'n'])(
    'knows a place in a request: %s',
    (param) => {
      expect(failure(400, error({ param })).param).toBe(param);
    },
  );

  it.each([401, 403])('shows nothing of what %i says: it may show a part of the key', (status) => {
    const refused = failure(status, error({ message: 'Incorrect API key provided: sk-ab***yz' }));
    expect(refused).toMatchObject({ code: 'upstream_error', param: undefined });
    expect(refused.message).not.toContain('sk-');
  });

  it.each([
    ['OpenAI', error({ code: 'context_length_exceeded' })],
    ['llama-server', error({ code: 400, type: 'exceed_context_size_error' })],
    ['vLLM', error({ message: "This model's maximum context length is 2048 tokens.", type: 'BadRequestError' })],
  ])('knows a prompt that is too long, as %s says it', (_whose, body) => {
    expect(failure(400, body).code).toBe('context_length_exceeded');
  });

  it.each([
    ['a wrong value', error({ param: 'temperature' }), 'invalid_request', 'temperature'],
    ['FastAPI’s place', { detail: [{ loc: ['body', 'top_p'], msg: 'm', type: 'x' }] }, 'invalid_request', 'top_p'],
    ['a code', error({ param: 'top_k', code: 'unknown_parameter' }), 'unsupported_parameter', 'top_k'],
    [
      'a message',
      error({ message: 'Unrecognized request argument supplied: min_p' }),
      'unsupported_parameter',
      'min_p',
    ],
    [
      'an extra field',
      { detail: [{ loc: ['body', 'x'], msg: 'Extra inputs are not permitted', type: 'extra_forbidden' }] },
      'unsupported_parameter',
      'x',
    ],
  ])('passes on which parameter is wrong: %s', (_how, body, code, param) => {
    expect(failure(400, body)).toMatchObject({ code, param });
    expect(failure(500, body).param).toBeUndefined();
  });

  it('tells the filter of the upstream, and an account without money, from a bad request and from a busy server', () => {
    expect(failure(400, error({ code: 'content_filter' })).code).toBe('content_filter');
    expect(failure(429, error({ code: 'insufficient_quota' })).code).toBe('upstream_error');
  });

  it('tells when to come back', () => {
    expect(failure(429, told, { 'retry-after': '7' }).retryAfterMs).toBe(7_000);
    expect(failure(503, told, { 'x-ratelimit-reset-tokens': '6s' }).retryAfterMs).toBe(6_000);
    expect(failure(429).retryAfterMs).toBe(1_000);
    expect(failure(500, told, { 'retry-after': '7' }).retryAfterMs).toBeUndefined();
  });

  it('shows nothing of a body that is not an error object', () => {
    expect(failure(500, '<html>secret</html>').message).toBe('The upstream answered 500.');
  });
});

describe('streamError', () => {
  it.each([
    ['a status in its code', error({ code: 429 }), 'engine_overloaded'],
    ['a type', { type: 'error', error: { type: 'overloaded_error', message: 'm' } }, 'engine_overloaded'],
    ['TGI’s type', { error: 'm', error_type: 'validation' }, 'invalid_request'],
    ['nothing', error({ type: 'server_error' }), 'upstream_error'],
    ['a number that is no status', error({ code: 7 }), 'upstream_error'],
  ])('takes for the status that went out as 200 %s', (_what, chunk, code) => {
    expect(streamError(JSON.stringify(chunk), chunk).code).toBe(code);
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
