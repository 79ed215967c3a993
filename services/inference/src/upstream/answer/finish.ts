import { WeirError } from '@weir/errors';
import type { FinishReason } from '../../generation/generation.js';

/** Ends that are failures of the server: the answer is not whole. */
const BROKEN = new Set(['abort', 'error', 'cancelled', 'unload']);
const TOO_LONG = new Set(['length', 'max_tokens', 'model_length']);
const CALLS = new Set(['tool_calls', 'function_call', 'tool_use']);

/**
 * Why an answer ended. A model that called tools and stopped by itself ended for them, whatever its server says.
 * @throws WeirError `content_filter`, or `engine_failed` for an answer that the server gave up
 */
export function finishOf(reason: string, calls: number): FinishReason {
  if (reason === 'content_filter') throw new WeirError('content_filter', 'The upstream’s filter ended the answer.');
  if (BROKEN.has(reason)) throw new WeirError('engine_failed', 'The upstream gave the answer up.');
  if (TOO_LONG.has(reason)) return 'length';
  return CALLS.has(reason) || calls > 0 ? 'tool_calls' : 'stop';
}
