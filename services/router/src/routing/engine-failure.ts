import { asWeirError, WeirError, type ErrorCode } from '@weir/errors';
import { clientMessage, clientParam } from './client-param.js';

/** Failures of an engine that mean to a client what they say. */
const TOLD: ReadonlySet<ErrorCode> = new Set([
  'engine_unavailable',
  'engine_failed',
  'engine_overloaded',
  'upstream_error',
  'context_length_exceeded',
  'content_filter',
  'invalid_request',
  'unsupported_parameter',
  'payload_too_large',
  'deadline_exceeded',
  'request_quarantined',
  'quality_unproven',
  'unimplemented',
  'internal',
]);

/**
 * What a client hears of an engine's failure. Between services a code can speak of the call itself (a missing peer, a
 * refused identity, an unknown deployment); to the client all of these are a model that cannot answer now.
 */
export function clientFailure(error: unknown): WeirError {
  const failure = asWeirError(error);
  if (TOLD.has(failure.code)) return inClientWords(failure);
  const { details } = failure;
  if (failure.code === 'cancelled') {
    return new WeirError('engine_failed', 'The engine gave the request up.', { cause: error, details });
  }
  const { retryAfterMs = 1_000 } = failure;
  return new WeirError('engine_unavailable', 'No engine answers for this model now.', { cause: error, retryAfterMs });
}

function inClientWords(failure: WeirError): WeirError {
  const { code, message, param, retryAfterMs, details, cause } = failure;
  if (param === undefined || clientParam(param) === param) return failure;
  return new WeirError(code, clientMessage(message, param), {
    cause,
    details,
    param: clientParam(param),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
