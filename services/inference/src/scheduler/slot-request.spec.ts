import { describe, expect, it } from 'vitest';
import type { GenerationCall } from '../generation/generation.js';
import { PromptEstimate } from './measures/prompt-estimate.js';
import { slotRequestOf } from './slot-request.js';

function callOf(more: { maxTokens?: number; ttftSloMs?: number } = {}): GenerationCall {
  const request = {
    requestId: 'r',
    tenant: 'project-1',
    prompt: { kind: 'tokens', ids: [1, 2, 3] },
    options: { maxTokens: more.maxTokens, tools: [] },
    priority: -1,
    ttftSloMs: more.ttftSloMs,
  };
  return { request, signal: new AbortController().signal, deadline: 9_000 } as unknown as GenerationCall;
}

const options = { estimate: new PromptEstimate(), maxOutputTokens: 256, arrivedAt: 1_000 };

describe('slotRequestOf', () => {
  it('asks for what the call needs', () => {
    const call = callOf({ maxTokens: 16, ttftSloMs: 500 });
    expect(slotRequestOf(call, options)).toEqual({
      tenant: 'project-1',
      signal: call.signal,
      deadline: 9_000,
      returning: false,
      priority: -1,
      ttftDeadline: 1_500,
      promptTokens: 3,
      maxTokens: 16,
    });
  });

  it('asks for no more tokens than the deployment generates, and has no wanted time by itself', () => {
    expect(slotRequestOf(callOf({ maxTokens: 4_000 }), options).maxTokens).toBe(256);
    expect(slotRequestOf(callOf(), { ...options, returning: true })).toMatchObject({
      maxTokens: 256,
      ttftDeadline: undefined,
      returning: true,
    });
  });
});
