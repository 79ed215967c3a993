import { errors } from 'undici';
import { isWeirError, WeirError, type ErrorCode } from '@weir/errors';
import { paramIn } from './blamed-parameter.js';
import { describeError, type ErrorDescription } from './error-body.js';
import { retryAfterOf, type AnswerHeaders } from './retry-after.js';
import type { Fields } from '../json-fields.js';

const STATUS_OF_STREAM_ERROR = 500;
const DEFAULT_RETRY_MS = 1_000;
const TOO_LONG = /maximum context length|context (window|size|length) (is )?exceed|exceeds? the (available )?context/i;
const TOO_LONG_NAMES = new Set(['context_length_exceeded', 'exceed_context_size_error']);
const UNKNOWN_PARAMETER = new Set([
  'unsupported_parameter',
  'unknown_parameter',
  'unsupported_value',
  'extra_forbidden',
]);
/** `Unrecognized request argument supplied: top_k` */
const UNRECOGNIZED = /unrecognized request arguments? supplied: ([\w.[\]]+)/i;
/** `messages[0].content`, `top_p`: the name of a parameter, in which nothing else fits. */
const PARAMETER = /^[a-z]{1,32}(?:_[a-z]{1,32}){0,4}(?:(?:\.|\[)(?:[a-z_]{1,32}|\d{1,3})\]?){0,4}$/;
/** Codes whose sender can do something about what the upstream says of his request. */
const OF_THE_CALLER: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'invalid_request',
  'unsupported_parameter',
  'payload_too_large',
  'context_length_exceeded',
]);
/** Where no status tells it, as inside a stream. */
const STATUS_OF_TYPE: Readonly<Record<string, number>> = {
  overloaded_error: 529,
  overloaded: 529,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  invalid_request_error: 400,
  BadRequestError: 400,
  validation: 422,
};

export interface UpstreamFailure {
  readonly status: number;
  /** Body of the answer, as far as it was read. */
  readonly body: string;
  readonly headers: AnswerHeaders;
  /** Epoch milliseconds. */
  readonly now: number;
  /** What was sent. */
  readonly request?: string;
}

/** The typed error for an upstream's refusal. Statuses of our own making (401, 403, redirects) are not the caller's fault. */
export function upstreamFailure({ status, body, headers, now, request }: UpstreamFailure): WeirError {
  const told = describeError(body);
  const code = codeOf(status, told);
  const blamesCaller = code === 'invalid_request' || code === 'unsupported_parameter';
  return new WeirError(code, messageOf(status, code, told), {
    details: { upstream_status: status, ...(status === 408 || status === 504 ? { engine_late: true } : {}) },
    retryAfterMs: isBusy(status) ? (retryAfterOf(headers, now) ?? DEFAULT_RETRY_MS) : undefined,
    param: blamesCaller ? paramOf(told) || paramIn(told.message, request) : undefined,
  });
}

/**
 * An upstream may quote a prompt, an answer or a part of its credentials, and other errors than the caller's own go into
 * logs.
 */
function messageOf(status: number, code: ErrorCode, { message }: ErrorDescription): string {
  if (status === 401 || status === 403)
    return `The upstream answered ${status} and refused the credentials of its deployment.`;
  return `The upstream answered ${status}${message && OF_THE_CALLER.has(code) ? `: ${message}` : '.'}`;
}

function codeOf(status: number, told: ErrorDescription): ErrorCode {
  if (told.code === 'content_filter') return 'content_filter';
  if (status === 400 || status === 413 || status === 422) return codeOfBadRequest(status, told);
  if (status === 404) return 'model_not_found';
  if (status === 408 || status === 504) return 'deadline_exceeded';
  // Money that is gone does not come back by waiting.
  if (status === 429 && told.code === 'insufficient_quota') return 'upstream_error';
  return status === 429 || status === 529 ? 'engine_overloaded' : 'upstream_error';
}

function codeOfBadRequest(status: number, told: ErrorDescription): ErrorCode {
  if (TOO_LONG_NAMES.has(told.code) || TOO_LONG_NAMES.has(told.type) || TOO_LONG.test(told.message)) {
    return 'context_length_exceeded';
  }
  if (status === 413) return 'payload_too_large';
  const unknown =
    UNKNOWN_PARAMETER.has(told.code) || UNKNOWN_PARAMETER.has(told.type) || UNRECOGNIZED.test(told.message);
  return unknown && paramOf(told) ? 'unsupported_parameter' : 'invalid_request';
}

function paramOf({ param, message }: ErrorDescription): string {
  const named = param || (UNRECOGNIZED.exec(message)?.[1] ?? '');
  return PARAMETER.test(named) ? named : '';
}

const isBusy = (status: number): boolean => status === 429 || status === 503 || status === 529;

/** Inside a stream the status has gone out as 200; a numeric code in the error takes its place, or what its type means. */
export function streamError(item: string, chunk: Fields): WeirError {
  const { code, type } = describeError(item);
  const numeric = Number(code || chunk.status);
  const status = numeric >= 400 && numeric < 600 ? numeric : (STATUS_OF_TYPE[type] ?? STATUS_OF_TYPE[code]);
  return upstreamFailure({ status: status ?? STATUS_OF_STREAM_ERROR, body: item, headers: {}, now: 0 });
}

/** A failure of the connection, or of the reading, as a typed error. */
export function connectionFailure(error: unknown): WeirError {
  if (isWeirError(error)) return error;
  if (isWeirError(causeOf(error))) return causeOf(error) as WeirError;
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) {
    const details = { engine_late: true };
    return new WeirError('deadline_exceeded', 'The upstream was silent for too long.', { cause: error, details });
  }
  return new WeirError('upstream_error', 'The upstream cannot be reached, or broke the connection.', { cause: error });
}

const causeOf = (error: unknown): unknown => (error instanceof Error ? error.cause : undefined);
