import { isErrorCode } from '@weir/errors';

/** How one attempt at a request ended. */
export type Attempt =
  | { readonly kind: 'answer'; readonly text: string }
  | {
      readonly kind: 'failure';
      readonly code: string;
      /** `retry`: later may be better. `item`: this item will not get an answer. `job`: no item will. */
      readonly scope: 'retry' | 'item' | 'job';
      readonly retryAfterMs: number | undefined;
    };

type Failure = Extract<Attempt, { kind: 'failure' }>;

/** The request needs another key, model or quota, and so would every other one. */
const HOPELESS_STATUS = new Set([401, 402, 403, 404, 405, 501]);
const RETRIED_STATUS = new Set([408, 429, 502, 503, 504]);
/** Longest wait that a Retry-After can ask for. */
export const LONGEST_WAIT_MS = 30_000;

/** What a status other than 200 means. Codes of the error body that are not Weir's are not kept: they could be anything. */
export function failureOf(
  status: number,
  code: string | undefined,
  retryAfter: string | undefined,
  nowMs: number,
): Failure {
  return {
    kind: 'failure',
    code: code !== undefined && isErrorCode(code) ? code : `http_${status}`,
    scope: scopeOf(status, code),
    retryAfterMs: waitOf(retryAfter, nowMs),
  };
}

/** The front door could not be reached or did not answer in time. */
export const unreachable = (code: string): Failure => ({
  kind: 'failure',
  code,
  scope: 'retry',
  retryAfterMs: undefined,
});

function scopeOf(status: number, code: string | undefined): Failure['scope'] {
  if (code === 'insufficient_quota' || HOPELESS_STATUS.has(status)) return 'job';
  if (RETRIED_STATUS.has(status)) return 'retry';
  return status >= 500 ? 'retry' : 'item';
}

/** Retry-After: seconds or an HTTP date; anything else is ignored. At most 30 s. */
function waitOf(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(LONGEST_WAIT_MS, Math.max(0, ms));
}
