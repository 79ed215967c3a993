import { asWeirError, isWeirError, WeirError, type ErrorCode } from '@weir/errors';
import type { Breaker, Permit } from '@weir/resilience';
import type { CallEnd } from './call-end.js';

export interface FollowedCall<T> {
  readonly permit: Permit;
  readonly answer: Promise<T>;
  readonly end: CallEnd;
  /** The caller's. */
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
}

/** Refusals of one caller's request: they say nothing about the system that was asked. */
const OF_ONE_CALLER: ReadonlySet<ErrorCode> = new Set(['rate_limit_exceeded']);
const OWN_FAULT: ReadonlySet<ErrorCode> = new Set(['internal', 'invalid_event']);

/** Whether a failed call counts against the system that was asked. */
export function isFault(error: unknown): boolean {
  if (!isWeirError(error)) return true;
  if (OWN_FAULT.has(error.code)) return true;
  return error.retriable && !OF_ONE_CALLER.has(error.code);
}

/** The way to one other system: a breaker, and bounded room for calls that have not ended. */
export class CallGuard {
  constructor(readonly breaker: Breaker) {}

  /** A permit, or why there is none now. */
  admit(): Permit | WeirError {
    const admission = this.breaker.admit();
    if (admission.admitted) return admission.permit;
    const { cause, retryAfterMs } = admission;
    if (cause === 'capacity') {
      return new WeirError('overloaded', 'Too many calls to this system wait for their answers.', { retryAfterMs });
    }
    return new WeirError('peer_unavailable', 'This system failed too often and is not asked now.', { retryAfterMs });
  }
}

/**
 * Waits for an answer no longer than its deadline and its caller, and tells the permit how the call went.
 * @throws WeirError `deadline_exceeded`, why the caller left, or what the call failed with
 */
export function follow<T>({ permit, answer, end, signal, deadlineMs }: FollowedCall<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const leave = () => stop(reasonOf(signal));
    const stop = (error: WeirError) => {
      signal.removeEventListener('abort', leave);
      end.end(error);
      reject(error);
    };
    permit.watch({ firstMs: 0, gapMs: 0, totalMs: deadlineMs, onExpire: () => stop(late(deadlineMs)) });
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    answer.then(
      (value) => {
        permit.succeed();
        signal.removeEventListener('abort', leave);
        resolve(value);
      },
      (error: unknown) => {
        if (isFault(error) && !signal.aborted) permit.fail(error);
        else permit.ignore();
        stop(asWeirError(error));
      },
    );
  });
}

export function late(deadlineMs: number): WeirError {
  return new WeirError('deadline_exceeded', `No answer came within ${deadlineMs} ms.`);
}

/** Why a signal aborted, as a typed error. */
export function reasonOf({ reason }: AbortSignal): WeirError {
  return isWeirError(reason) ? reason : new WeirError('cancelled', 'Nobody waits for the answer any more.');
}
