import { describe, expect, it } from 'vitest';
import { ERROR_KINDS, GRPC } from './codes.js';
import { openAiErrorBody, retryHeaders } from './openai-body.js';
import { asWeirError, isWeirError, WeirError, weirErrorFromStatus } from './weir-error.js';

describe('WeirError', () => {
  it('maps every code to one status on every wire, never to UNKNOWN', () => {
    for (const [code, kind] of Object.entries(ERROR_KINDS)) {
      expect(kind.grpc, code).not.toBe(GRPC.UNKNOWN);
      expect(kind.http, code).toBeGreaterThanOrEqual(400);
    }
  });

  it('survives the way over a wire by its code', () => {
    for (const code of Object.keys(ERROR_KINDS) as (keyof typeof ERROR_KINDS)[]) {
      const sent = new WeirError(code, 'text');
      expect(weirErrorFromStatus(sent.grpcStatus, 'text', { errorCode: code }).code).toBe(code);
    }
  });

  it('falls back to the gRPC status of a foreign peer', () => {
    expect(weirErrorFromStatus(GRPC.NOT_FOUND, 'gone').code).toBe('not_found');
    expect(weirErrorFromStatus(GRPC.UNKNOWN, '?').code).toBe('internal');
    expect(weirErrorFromStatus(99, '?').code).toBe('internal');
  });

  it('hides the text of an untyped error from the caller and keeps it as the cause', () => {
    const cause = new TypeError('password=hunter2');
    const error = asWeirError(cause);
    expect(error.code).toBe('internal');
    expect(error.message).not.toContain('hunter2');
    expect(error.cause).toBe(cause);
    expect(isWeirError(error)).toBe(true);
    expect(isWeirError(cause)).toBe(false);
  });

  it('has all four keys in the OpenAI body', () => {
    const body = openAiErrorBody(new WeirError('invalid_request', 'no', { param: 'max_tokens' }));
    expect(body).toEqual({
      error: { message: 'no', type: 'invalid_request_error', param: 'max_tokens', code: 'invalid_request' },
    });
    expect(openAiErrorBody(new WeirError('internal', 'x')).error.param).toBeNull();
  });

  it('rounds Retry-After up to whole seconds', () => {
    expect(retryHeaders(new WeirError('rate_limit_exceeded', 'x', { retryAfterMs: 1200 }))).toEqual({
      'retry-after': '2',
      'retry-after-ms': '1200',
    });
    expect(retryHeaders(new WeirError('rate_limit_exceeded', 'x'))).toEqual({});
  });
});
