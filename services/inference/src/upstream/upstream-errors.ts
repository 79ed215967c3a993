import { errors } from 'undici';
import { isWeirError, WeirError, type ErrorCode } from '@weir/errors';

const MOST_MESSAGE = 300;
const MOST_RETRY_MS = 3_600_000;

export interface UpstreamFailure {
  readonly status: number;
  /** Body of the answer, as far as it was read. */
  readonly body: string;
  readonly retryAfter: string | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The typed error for an upstream's refusal. Statuses of our own making (401, 403, redirects) are not the caller's fault. */
export function upstreamFailure({ status, body, retryAfter, now }: UpstreamFailure): WeirError {
  const { message, code } = describe(body);
  const text = `The upstream answered ${status}${message ? `: ${message}` : '.'}`;
  return new WeirError(codeOf(status, code), text, {
    details: { upstream_status: status, ...(status === 408 || status === 504 ? { engine_late: true } : {}) },
    retryAfterMs: status === 429 || status === 503 ? (retryAfterMs(retryAfter, now) ?? 1_000) : undefined,
  });
}

function codeOf(status: number, upstreamCode: string): ErrorCode {
  if (upstreamCode === 'context_length_exceeded') return 'context_length_exceeded';
  if (status === 400 || status === 422) return 'invalid_request';
  if (status === 404) return 'model_not_found';
  if (status === 408 || status === 504) return 'deadline_exceeded';
  if (status === 413) return 'payload_too_large';
  if (status === 429) return 'engine_overloaded';
  return 'upstream_error';
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

/** `Retry-After` in seconds or as a date. */
export function retryAfterMs(text: string | undefined, now: number): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const seconds = Number(text);
  const wait = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(text) - now;
  return Number.isNaN(wait) ? undefined : Math.min(MOST_RETRY_MS, Math.max(0, Math.round(wait)));
}

/** Message and code of an OpenAI error body; other bodies may hold anything and stay out of sight. */
export function describe(body: string): { readonly message: string; readonly code: string } {
  const parsed = parseJson(body);
  const error = field(parsed, 'error');
  const message = field(error, 'message');
  const code = field(error, 'code');
  return {
    message: typeof message === 'string' ? message.slice(0, MOST_MESSAGE) : '',
    code: typeof code === 'string' ? code : '',
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
