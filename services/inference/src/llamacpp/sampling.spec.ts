import { engineV1 } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import type { ChatTurn, GenerationOptions } from '../generation/generation.js';
import { parseOptions } from '../generation/parse-options.js';
import { promptMessageOf, samplingOf } from './sampling.js';

const none = parseOptions(engineV1.GenerateOptions.fromPartial({}));
const sampling = (options: Partial<GenerationOptions>, most = 100) =>
  samplingOf({ ...none, ...options }, most, () => 0.5);
const turn = (role: string, content: string, more: Partial<ChatTurn> = {}): ChatTurn => ({
  role,
  content,
  name: 'n',
  toolCalls: [],
  toolCallId: '',
  ...more,
});

describe('samplingOf', () => {
  it('fills in the defaults of the OpenAI API, top-k 40 and a random seed', () => {
    expect(sampling({}, 99)).toEqual({
      maxTokens: 99,
      temperature: 1,
      topP: 1,
      seed: 2 ** 31,
      reproducible: false,
      stop: [],
      topK: 40,
      minP: 0,
      repetitionPenalty: 1,
      frequencyPenalty: 0,
      presencePenalty: 0,
      logitBias: [],
      responseFormat: { kind: 'text' },
      singleToolCall: false,
      ignoreEos: false,
      minTokens: 0,
    });
  });

  it('keeps what was asked', () => {
    const asked = {
      temperature: 0,
      topP: 0.5,
      topK: 0,
      minP: 0.1,
      repetitionPenalty: 1.1,
      frequencyPenalty: 0.5,
      presencePenalty: -0.5,
      stop: ['x'],
      ignoreEos: true,
      singleToolCall: true,
      topLogprobs: 0,
      promptLogprobs: 3,
    };
    expect(sampling({ ...asked, logitBias: new Map([[5, -100]]) })).toMatchObject({ ...asked, logitBias: [[5, -100]] });
  });

  it('gives never more tokens than the deployment allows, and 32 bits of a seed', () => {
    expect(sampling({ maxTokens: 500, minTokens: 400 })).toMatchObject({ maxTokens: 100, minTokens: 100 });
    expect(sampling({ seed: 2 ** 32 + 7 })).toMatchObject({ seed: 7, reproducible: true });
    expect(sampling({ seed: 0 })).toMatchObject({ seed: 0, reproducible: true });
  });
});

describe('promptMessageOf', () => {
  it('gives chat templates the roles that they know', () => {
    expect(promptMessageOf({ kind: 'chat', turns: [turn('developer', 'a'), turn('user', 'b')] })).toEqual({
      kind: 'chat',
      turns: [
        { role: 'system', content: 'a' },
        { role: 'user', content: 'b' },
      ],
    });
    expect(promptMessageOf({ kind: 'text', text: 'x' })).toEqual({ kind: 'text', text: 'x' });
    expect(promptMessageOf({ kind: 'tokens', ids: [1] })).toEqual({ kind: 'tokens', ids: [1] });
  });

  it('carries calls, their results, and the tools that may be called', () => {
    const toolCalls = [{ id: 'c', name: 't', arguments: '{}' }];
    const turns = [turn('assistant', '', { toolCalls }), turn('tool', '5', { toolCallId: 'c' })];
    const tools = [
      { name: 't', description: 'd', parameters: { type: 'object' } },
      { name: 'u', description: '', parameters: undefined },
    ];
    expect(promptMessageOf({ kind: 'chat', turns }, { tools, toolChoice: { mode: 'auto' } })).toEqual({
      kind: 'chat',
      turns: [
        { role: 'assistant', content: '', toolCalls },
        { role: 'tool', content: '5', toolCallId: 'c' },
      ],
      tools: [
        { name: 't', description: 'd', parameters: { type: 'object' } },
        { name: 'u', description: '' },
      ],
      toolChoice: { mode: 'auto' },
    });
  });
});
