import { WeirError } from '@weir/errors';
import type { Refusal } from './admission/admission.js';
import type { DroppedReason } from './admission/ticket.js';

/** What a refused caller is told about the engine's load. */
export interface LoadDetails {
  readonly running: number;
  readonly waiting: number;
  readonly waiting_tokens: number;
  readonly slots: number;
}

/** A refusal as a typed error: `engine_overloaded` or `deadline_exceeded`, with `dropped_reason` in its details. */
export function refusalError({ cause, reason, retryAfterMs }: Refusal, load: LoadDetails): WeirError {
  const code = cause === 'deadline' ? 'deadline_exceeded' : 'engine_overloaded';
  const details = { ...load, dropped_reason: reason };
  return new WeirError(code, messageOf(cause, reason, load), { retryAfterMs, details });
}

function messageOf(cause: Refusal['cause'], reason: DroppedReason, { running, waiting }: LoadDetails): string {
  if (cause === 'deadline') return 'The request waited for the engine until its deadline could not be met any more.';
  if (cause === 'waited') return 'No slot became free within the longest time that a request may wait.';
  if (reason === 'evicted-priority') return 'The queue is full and a request of a higher priority took the place.';
  if (reason === 'evicted-queue-pressure') return 'The queue is full and this tenant has the largest part of it.';
  return `The engine is busy: ${running} requests run and ${waiting} wait.`;
}

/** The reason of an aborted signal as a typed error. */
export function abortError(
  signal: AbortSignal,
  details: Readonly<Record<string, string | number | boolean>> = {},
): WeirError {
  const reason: unknown = signal.reason;
  const code = reason instanceof WeirError ? reason.code : 'cancelled';
  const message = reason instanceof WeirError ? reason.message : 'The caller left.';
  return new WeirError(code, message, { cause: reason, details });
}
