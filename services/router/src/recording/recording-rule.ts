import type { ErrorCode } from '@weir/errors';

export interface RequestFacts {
  /** The alias named a route that the caller may use. Before that a valid key and body are known already. */
  readonly routeResolved: boolean;
  /** Set when the request was refused before it held a reservation. */
  readonly refusedAs: ErrorCode | undefined;
}

const LIMIT_CODES: ReadonlySet<ErrorCode> = new Set(['rate_limit_exceeded', 'insufficient_quota']);

/**
 * Which requests become an event. Every request with a valid key on a route does, whatever its end, except those that a
 * limit refused: they used nothing and must not count against the limit that refused them.
 */
export function isRecorded(facts: RequestFacts): boolean {
  if (!facts.routeResolved) return false;
  return facts.refusedAs === undefined || !LIMIT_CODES.has(facts.refusedAs);
}
