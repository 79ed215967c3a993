import { usageDetails, type GenerationCall, type GenerationPart } from '../generation/generation.js';
import { abortError } from '../scheduler/slot-scheduler.js';
import type { ChildGeneration } from './child-generation.js';

/** The engine stops so long before the deadline that the caller still gets the last part. */
const DEADLINE_MARGIN_MS = 20;

/** Gives the parts of a generation, and ends it when the caller leaves or the deadline comes. */
export async function* followGeneration(
  generation: ChildGeneration,
  { signal, deadline }: Pick<GenerationCall, 'signal' | 'deadline'>,
  now: () => number,
): AsyncGenerator<GenerationPart> {
  const leave = () => {
    generation.cancel();
    generation.parts.fail(abortError(signal, usageDetails(generation.usage)));
  };
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  const left = deadline === undefined ? undefined : Math.max(0, deadline - DEADLINE_MARGIN_MS - now());
  const timer = left === undefined ? undefined : setTimeout(() => generation.expire(), left);
  try {
    yield* generation.parts;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
    generation.cancel();
  }
}
