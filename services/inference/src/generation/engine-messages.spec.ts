import { engineV1 } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { answerOf } from './engine-messages.js';
import type { GenerationPart } from './generation.js';

const usage = { inputTokens: 3, outputTokens: 1, cachedInputTokens: 2 };
const part: GenerationPart = { text: 'a', tokens: 1, usage, finish: undefined };

/** As the other side reads it. */
const sent = (given: GenerationPart) =>
  engineV1.GenerateResponse.decode(
    engineV1.GenerateResponse.encode(engineV1.GenerateResponse.fromPartial(answerOf(given))).finish(),
  );

describe('answerOf', () => {
  it('has nothing but what the part has', () => {
    expect(answerOf(part)).toEqual({ text: 'a', usage });
  });

  it('keeps the bytes and the exact numbers of log probabilities', () => {
    const best = { id: 7, token: '\uFFFD', bytes: Uint8Array.of(0xf0), logprob: -0.1234567890123 };
    const answer = sent({
      ...part,
      logprobs: [{ ...best, top: [best] }],
      promptLogprobs: [{ ...best, logprob: undefined, top: [] }],
    });
    expect(answer.logprobs[0]).toMatchObject({
      id: 7,
      logprob: -0.1234567890123,
      top: [{ logprob: -0.1234567890123 }],
    });
    expect([...answer.logprobs[0]!.bytes]).toEqual([0xf0]);
    expect(answer.promptLogprobs[0]?.logprob).toBeUndefined();
  });

  it('carries what a model thinks beside its text', () => {
    expect(sent({ ...part, text: '', reasoning: 'hm' })).toMatchObject({ text: '', reasoning: 'hm' });
    expect(answerOf({ ...part, reasoning: '' })).toEqual({ text: 'a', usage });
  });

  it('carries tool calls, and in the last part reason and times', () => {
    const toolCalls = [{ index: 0, id: 'call_1', name: 'n', arguments: '{"a":' }];
    const finish = { reason: 'tool_calls', queueMs: 1, prefillMs: 2, decodeMs: 3 } as const;
    expect(sent({ ...part, toolCalls, finish })).toMatchObject({
      toolCalls,
      finishReason: 'tool_calls',
      times: { queueMs: 1, prefillMs: 2, decodeMs: 3 },
    });
  });
});
