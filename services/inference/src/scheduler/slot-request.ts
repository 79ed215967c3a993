import type { GenerationCall } from '../generation/generation.js';
import type { PromptEstimate } from './measures/prompt-estimate.js';
import type { SlotRequest } from './slot-scheduler.js';

export interface SlotRequestOptions {
  readonly estimate: PromptEstimate;
  /** Most tokens that the deployment generates for a request. */
  readonly maxOutputTokens: number;
  /** Epoch milliseconds. */
  readonly arrivedAt: number;
  readonly returning?: boolean;
}

/** What a call asks of the scheduler. */
export function slotRequestOf(call: GenerationCall, options: SlotRequestOptions): SlotRequest {
  const { request, signal, deadline } = call;
  const { estimate, maxOutputTokens, arrivedAt, returning = false } = options;
  return {
    tenant: request.tenant,
    signal,
    deadline,
    returning,
    priority: request.priority,
    ttftDeadline: request.ttftSloMs === undefined ? undefined : arrivedAt + request.ttftSloMs,
    promptTokens: estimate.tokensOf(request),
    maxTokens: Math.min(request.options.maxTokens ?? maxOutputTokens, maxOutputTokens),
  };
}
