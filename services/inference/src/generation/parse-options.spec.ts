import { engineV1 } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { parseOptions } from './parse-options.js';

type Options = Parameters<typeof engineV1.GenerateOptions.fromPartial>[0];

const parse = (partial: Options) => parseOptions(engineV1.GenerateOptions.fromPartial(partial));
const tools = [{ name: 't', parameters: '{"type":"object"}' }];

describe('parseOptions', () => {
  it('keeps what was given', () => {
    const numbers = {
      temperature: 0,
      topP: 0.5,
      topK: 0,
      minP: 0.1,
      repetitionPenalty: 1.2,
      frequencyPenalty: -2,
      presencePenalty: 2,
    };
    expect(parse({ ...numbers, minTokens: 3, maxTokens: 3, ignoreEos: true, seed: 7, stop: ['a'] })).toMatchObject({
      ...numbers,
      minTokens: 3,
      ignoreEos: true,
      seed: 7,
      stop: ['a'],
    });
    expect(parse({ logitBias: [{ token: 5, bias: -100 }] }).logitBias).toEqual(new Map([[5, -100]]));
    expect(parseOptions(undefined)).toMatchObject({
      toolChoice: { mode: 'none' },
      responseFormat: { kind: 'text' },
      minTokens: 0,
    });
  });

  it('tells no log probabilities apart from those of the token alone', () => {
    expect(parse({}).topLogprobs).toBeUndefined();
    expect(parse({ logprobs: true }).topLogprobs).toBe(0);
    expect(parse({ logprobs: true, topLogprobs: 20, promptLogprobs: 0 })).toMatchObject({
      topLogprobs: 20,
      promptLogprobs: 0,
    });
  });

  it('lets a request that only scores its prompt ask for no token', () => {
    expect(parse({ maxTokens: 0, promptLogprobs: 1 }).maxTokens).toBe(0);
  });

  it('reads tools, choices and formats', () => {
    expect(parse({ tools }).tools).toEqual([{ name: 't', description: '', parameters: { type: 'object' } }]);
    expect(parse({ tools }).toolChoice).toEqual({ mode: 'auto' });
    expect(parse({ tools, toolChoice: { mode: 'named', name: 't' } }).toolChoice).toEqual({ mode: 'named', name: 't' });
    expect(parse({ toolChoice: { mode: 'none' } }).toolChoice).toEqual({ mode: 'none' });
    const responseFormat = { kind: 'json_schema', schema: '{"type":"object"}' };
    expect(parse({ responseFormat }).responseFormat).toEqual({ kind: 'json_schema', schema: { type: 'object' } });
    expect(parse({ responseFormat: { kind: '' } }).responseFormat).toEqual({ kind: 'text' });
  });

  it.each([
    ['options.max_tokens', { maxTokens: 0 }],
    ['options.min_tokens', { maxTokens: 4, minTokens: 5 }],
    ['options.temperature', { temperature: -0.1 }],
    ['options.temperature', { temperature: Number.NaN }],
    ['options.top_p', { topP: 1.5 }],
    ['options.top_k', { topK: 2 ** 31 }],
    ['options.min_p', { minP: 1.1 }],
    ['options.repetition_penalty', { repetitionPenalty: 0 }],
    ['options.frequency_penalty', { frequencyPenalty: 2.1 }],
    ['options.presence_penalty', { presencePenalty: -2.1 }],
    ['options.logit_bias', { logitBias: Array.from({ length: 1_025 }, (_, token) => ({ token, bias: 1 })) }],
    [
      'options.logit_bias[1].bias',
      {
        logitBias: [
          { token: 1, bias: 1 },
          { token: 2, bias: 101 },
        ],
      },
    ],
    ['options.top_logprobs', { topLogprobs: 1 }],
    ['options.top_logprobs', { logprobs: true, topLogprobs: 21 }],
    ['options.prompt_logprobs', { promptLogprobs: 21 }],
    ['options.stop', { stop: Array.from({ length: 17 }, () => 'x') }],
    ['options.stop[1]', { stop: ['a', ''] }],
    ['options.stop[0]', { stop: ['a'.repeat(513)] }],
    ['options.tools', { tools: Array.from({ length: 129 }, (_, index) => ({ name: `t${index}` })) }],
    ['options.tools[0].name', { tools: [{ name: 'a b' }] }],
    ['options.tools[1].name', { tools: [{ name: 'a' }, { name: 'a' }] }],
    ['options.tools[0].parameters', { tools: [{ name: 'a', parameters: '[]' }] }],
    ['options.tools[0].parameters', { tools: [{ name: 'a', parameters: '{' }] }],
    ['options.tool_choice', { toolChoice: { mode: 'required' } }],
    ['options.tool_choice.mode', { tools, toolChoice: { mode: 'maybe' } }],
    ['options.tool_choice.name', { tools, toolChoice: { mode: 'named', name: 'u' } }],
    ['options.response_format.kind', { responseFormat: { kind: 'xml' } }],
    ['options.response_format.schema', { responseFormat: { kind: 'json_schema', schema: 'null' } }],
    [
      'options.response_format.schema',
      { responseFormat: { kind: 'json_schema', schema: `{"a":"${'x'.repeat(70_000)}"}` } },
    ],
  ])('names %s when it is wrong', (param, partial) => {
    expect(() => parse(partial)).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
  });

  it.each([
    ['options.ignore_eos', { responseFormat: { kind: 'json_object' }, ignoreEos: true }],
    ['options.min_tokens', { responseFormat: { kind: 'json_object' }, minTokens: 2 }],
    ['options.ignore_eos', { tools, toolChoice: { mode: 'required' }, ignoreEos: true }],
    ['options.min_tokens', { tools, toolChoice: { mode: 'named', name: 't' }, minTokens: 2 }],
  ])('does not promise %s together with a grammar', (param, partial) => {
    expect(() => parse(partial)).toThrow(expect.objectContaining({ code: 'unsupported_parameter', param }));
    expect(parse({ tools, ignoreEos: true }).ignoreEos).toBe(true);
  });
});
