import { errors } from 'undici';
import { isWeirError, WeirError } from '@weir/errors';
import { reasonOf } from '../calls/call-guard.js';

/** A refusal of this very request says nothing about the detector: nobody can open its breaker by what he writes. */
export function refusalOf(status: number): WeirError {
  const details = { upstream_status: status };
  if (status === 413 || status === 400 || status === 422) {
    return new WeirError('failed_precondition', `The detector refused the request with ${status}.`, { details });
  }
  return new WeirError('upstream_error', `The detector answered ${status}.`, { details });
}

/** The typed error for a call that failed. */
export function failureOf(error: unknown, signal: AbortSignal): WeirError {
  if (signal.aborted) return reasonOf(signal);
  if (isWeirError(error)) return error;
  return new WeirError('upstream_error', messageOf(error), { cause: error });
}

function messageOf(error: unknown): string {
  if (error instanceof SyntaxError || isDecodingError(error)) return 'The detector answered with what is no JSON.';
  if (error instanceof errors.ResponseExceededMaxSizeError) return 'The detector answered with too much.';
  return 'The detector could not be reached, or broke off its answer.';
}

function isDecodingError(error: unknown): boolean {
  return error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
}
