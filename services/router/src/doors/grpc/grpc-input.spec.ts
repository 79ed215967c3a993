import { inferenceV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { describe, expect, it } from 'vitest';
import { sampleRequest, sampleRoute, sampleRun, sampleTurn } from '../../../test/sample-run.js';
import { DEFAULT_SAMPLING } from '../../pipeline/inference-request.js';
import { readChatInput, readEmbedInput } from './chat-input.js';
import { visibleModels } from '../models.js';

const input = (extra: object = {}) =>
  inferenceV1.ChatInput.fromPartial({ model: 'm', messages: [{ role: 'user', content: 'hi', name: 'ann' }], ...extra });

describe('readChatInput', () => {
  it('reads as the HTTP door does, with absent fields absent', () => {
    expect(readChatInput(input(), true)).toEqual({
      ...sampleRequest,
      model: 'm',
      prompts: [{ kind: 'chat', turns: [sampleTurn('hi', { name: 'ann' })] }],
      sampling: DEFAULT_SAMPLING,
      stream: true,
    });
    const sampling = { maxTokens: 3, temperature: 0, topP: 0.5, seed: 7, stop: ['x'], topK: 4, minTokens: 2 };
    expect(readChatInput(input({ sampling }), false)).toMatchObject({ sampling, stream: false });
    const biased = readChatInput(input({ sampling: { logitBias: { 5: -1 } } }), false);
    expect(biased.sampling.logitBias).toEqual([{ token: 5, bias: -1 }]);
  });

  it('reads tools, their calls and the form of the answer', () => {
    const request = readChatInput(
      input({
        n: 2,
        tools: [{ name: 'add', description: 'adds', parameters: '{"type":"object"}' }, { name: 'nothing' }],
        toolChoice: { mode: 'named', name: 'add' },
        responseFormat: { kind: 'json_schema', schema: '{"type":"object"}' },
        logprobs: true,
        topLogprobs: 3,
        priority: -5,
        ttftSloMs: 400,
        messages: [
          { role: 'assistant', toolCalls: [{ id: 'c', name: 'add', arguments: '{}' }] },
          { role: 'tool', content: '1', toolCallId: 'c' },
        ],
      }),
      false,
    );
    expect(request).toMatchObject({
      prompts: [{ turns: [{ toolCalls: [{ id: 'c', name: 'add', arguments: '{}' }] }, { toolCallId: 'c' }] }],
      form: {
        n: 2,
        topLogprobs: 3,
        toolChoice: { mode: 'named', name: 'add' },
        tools: [{ parameters: '{"type":"object"}' }, { parameters: '' }],
        responseFormat: { kind: 'json_schema', schema: '{"type":"object"}' },
      },
      priority: -5,
      ttftSloMs: 400,
    });
    const plain = readChatInput(
      input({ toolChoice: { mode: 'auto' }, responseFormat: { kind: 'json_object' } }),
      false,
    );
    expect(plain.form).toMatchObject({ responseFormat: { kind: 'json_object' }, topLogprobs: undefined });
  });

  it('reads what was retrieved for a message, and facts', () => {
    const messages = [{ role: 'user', content: 'why?', documents: [{ title: 'FAQ', text: 'one' }] }];
    const metadata = { tier: 'gold' };
    expect(readChatInput(input({ messages, metadata }), false)).toMatchObject({
      prompts: [{ turns: [{ content: 'why?', documents: [{ title: 'FAQ', text: 'one' }] }] }],
      metadata,
    });
  });

  it.each([
    [undefined, 'input'],
    [input({ model: '' }), 'model'],
    [input({ messages: [] }), 'messages'],
    [input({ sampling: { maxTokens: 0 } }), 'max_tokens'],
    [input({ sampling: { topP: 2 } }), 'top_p'],
    [input({ n: 9 }), 'n'],
    [input({ topLogprobs: 2 }), 'top_logprobs'],
    [input({ ttftSloMs: 0 }), 'ttft_slo_ms'],
    [input({ tools: [{ name: 'a', parameters: '{' }] }), 'tools[0].function.parameters'],
    [input({ responseFormat: { kind: 'json_schema', schema: 'x' } }), 'response_format.json_schema.schema'],
    [input({ responseFormat: { kind: 'json_schema' } }), 'response_format.json_schema.schema'],
    [
      input({ responseFormat: { kind: 'json_schema', schema: `${'{"a":'.repeat(9_999)}1${'}'.repeat(9_999)}` } }),
      'response_format.json_schema.schema',
    ],
    [input({ sampling: { stop: ['1', '2', '3', '4', '5'] } }), 'stop'],
  ])('refuses bad input by the name of its parameter', (value, param) => {
    expect.assertions(1);
    try {
      readChatInput(value, false);
    } catch (error) {
      expect(error instanceof WeirError && [error.code, error.param]).toEqual(['invalid_request', param]);
    }
  });
});

describe('readEmbedInput', () => {
  it('reads texts by the rules of the HTTP door', () => {
    const request = inferenceV1.EmbedRequest.fromPartial({ model: 'm', inputs: ['a', 'b'] });
    expect(readEmbedInput(request)).toMatchObject({ operation: 'embeddings', prompts: [{ text: 'a' }, { text: 'b' }] });
    expect(() => readEmbedInput(inferenceV1.EmbedRequest.fromPartial({ model: 'm' }))).toThrow("'input'");
  });
});

describe('visibleModels', () => {
  it('are sorted, and only those of the caller', () => {
    const { principal } = sampleRun().caller;
    const routes = ['b', 'c', 'a'].map((alias) => ({ ...sampleRoute, alias, created_at: 1_999 }));
    const foreign = { ...sampleRoute, alias: 'foreign', organization_id: 'x' };
    const models = visibleModels([...routes, foreign, { ...sampleRoute, alias: 'd', organization_id: '' }], principal);
    expect(models.map(({ id, created, owned_by }) => [id, created, owned_by])).toEqual([
      ['a', 1, 'o'],
      ['b', 1, 'o'],
      ['c', 1, 'o'],
      ['d', 0, 'weir'],
    ]);
  });
});
