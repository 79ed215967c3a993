import { WeirError, type ErrorCode } from '@weir/errors';
import { describe, expect, it } from 'vitest';
import { clientFailure } from './engine-failure.js';

describe('clientFailure', () => {
  it.each<[ErrorCode, ErrorCode]>([
    ['engine_overloaded', 'engine_overloaded'],
    ['context_length_exceeded', 'context_length_exceeded'],
    ['invalid_request', 'invalid_request'],
    ['deadline_exceeded', 'deadline_exceeded'],
    ['request_quarantined', 'request_quarantined'],
    ['quality_unproven', 'quality_unproven'],
    ['unimplemented', 'unimplemented'],
    ['cancelled', 'engine_failed'],
    ['peer_unavailable', 'engine_unavailable'],
    // A client must not take a fault between services for one of its own key, model or request.
    ['unauthenticated_peer', 'engine_unavailable'],
    ['permission_denied', 'engine_unavailable'],
    ['not_found', 'engine_unavailable'],
    ['model_not_found', 'engine_unavailable'],
    ['artifact_mismatch', 'engine_unavailable'],
    ['rate_limit_exceeded', 'engine_unavailable'],
  ])('%s is told as %s', (code, told) => {
    expect(clientFailure(new WeirError(code, 'x')).code).toBe(told);
  });

  it('keeps the time to come back, and the usage of an attempt that was given up', () => {
    expect(clientFailure(new WeirError('peer_unavailable', 'x', { retryAfterMs: 70 })).retryAfterMs).toBe(70);
    expect(clientFailure(new WeirError('peer_unavailable', 'x')).retryAfterMs).toBe(1_000);
    expect(clientFailure(new WeirError('cancelled', 'x', { details: { a: 1 } })).details).toEqual({ a: 1 });
  });

  it('names a parameter as the client does, and nothing else changes', () => {
    const details = { input_tokens: 3 };
    const told = clientFailure(
      new WeirError('unsupported_parameter', 'options.top_k is too much.', { param: 'options.top_k', details }),
    );
    expect([told.code, told.message, told.param, told.details]).toEqual([
      'unsupported_parameter',
      'top_k is too much.',
      'top_k',
      details,
    ]);
  });

  it('hides what is not typed', () => {
    const failure = clientFailure(new TypeError('secret path'));
    expect(failure.code).toBe('internal');
    expect(failure.message).not.toContain('secret');
  });
});
