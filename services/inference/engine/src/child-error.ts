import type { ChildFailure } from './protocol.js';

/** A failure that crosses the channel with its stable code. */
export class ChildError extends Error {
  constructor(
    readonly code: ChildFailure['code'],
    message: string,
    readonly details: Readonly<Record<string, number>> = {},
    /** The field of the request that is at fault. */
    readonly param?: string,
  ) {
    super(message);
    this.name = 'ChildError';
  }
}

export function failureOf(error: unknown): ChildFailure {
  if (error instanceof ChildError) {
    const { code, message, details, param } = error;
    return { code, message, details, ...(param ? { param } : {}) };
  }
  const text = error instanceof Error ? error.message : String(error);
  return { code: 'engine_failed', message: `The engine failed: ${text}`, details: {} };
}
