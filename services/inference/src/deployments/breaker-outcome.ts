import { isWeirError, type ErrorCode } from '@weir/errors';

/** Failures that tell something about the engine. All others are the caller's, or refusals of our own. */
const ENGINE_FAULTS: ReadonlySet<ErrorCode> = new Set(['engine_failed', 'upstream_error', 'internal']);

/** Whether a failed call counts against its engine. */
export function isEngineFault(error: unknown): boolean {
  return !isWeirError(error) || ENGINE_FAULTS.has(error.code) || error.details.engine_late === true;
}
