import type { ChildFailure } from './protocol.js';

/** A failure that crosses the channel with its stable code. */
export class ChildError extends Error {
  constructor(
    readonly code: ChildFailure['code'],
    message: string,
    readonly details: Readonly<Record<string, number>> = {},
  ) {
    super(message);
    this.name = 'ChildError';
  }
}

export function failureOf(error: unknown): ChildFailure {
  if (error instanceof ChildError) return { code: error.code, message: error.message, details: error.details };
  const text = error instanceof Error ? error.message : String(error);
  return { code: 'engine_failed', message: `The engine failed: ${text}`, details: {} };
}
