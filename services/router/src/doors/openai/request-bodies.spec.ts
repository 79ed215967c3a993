import { WeirError } from '@weir/errors';
import { describe, expect, it } from 'vitest';
import { sampleTurn } from '../../../test/sample-run.js';
import { DEFAULT_FORM, DEFAULT_SAMPLING } from '../../pipeline/inference-request.js';
import { readChatBody } from './chat-body.js';
import { readCompletionBody } from './completion-body.js';
import { readEmbeddingBody } from './embedding-body.js';

const hello = { role: 'user', content: 'hello' };
const tool = (name: string) => ({ type: 'function', function: { name } });
const chat = (extra: object = {}) => ({ model: 'm', messages: [hello], ...extra });

function refusal(read: () => unknown): { code: string; param: string | undefined } {
  try {
    read();
  } catch (error) {
    if (error instanceof WeirError) return { code: error.code, param: error.param };
    throw error;
  }
  return { code: 'accepted', param: undefined };
}

describe('readChatBody', () => {
  it('reads the least body with everything absent', () => {
    expect(readChatBody(chat())).toEqual({
      includeUsage: false,
      request: {
        operation: 'chat',
        model: 'm',
        prompts: [{ kind: 'chat', turns: [sampleTurn('hello')] }],
        sampling: DEFAULT_SAMPLING,
        form: DEFAULT_FORM,
        stream: false,
        priority: 0,
        ttftSloMs: undefined,
        metadata: {},
      },
    });
  });

  it('reads every setting of the sampling', () => {
    const settings = {
      stream: true,
      stream_options: { include_usage: true, include_obfuscation: false },
      max_tokens: 5,
      max_completion_tokens: 7,
      min_tokens: 2,
      ignore_eos: true,
      temperature: 0,
      top_p: 0.5,
      top_k: -1,
      min_p: 0.1,
      repetition_penalty: 1.1,
      frequency_penalty: -2,
      presence_penalty: 2,
      logit_bias: { 5: -100, 12: 3.5 },
      seed: -3,
      stop: 'END',
      priority: -1,
    };
    const { request, includeUsage } = readChatBody(chat(settings));
    expect([includeUsage, request.stream, request.priority]).toEqual([true, true, -1]);
    expect(request.sampling).toEqual({
      maxTokens: 7,
      minTokens: 2,
      ignoreEos: true,
      temperature: 0,
      topP: 0.5,
      topK: 0,
      minP: 0.1,
      repetitionPenalty: 1.1,
      frequencyPenalty: -2,
      presencePenalty: 2,
      logitBias: [
        { token: 5, bias: -100 },
        { token: 12, bias: 3.5 },
      ],
      seed: 3,
      stop: ['END'],
    });
  });

  it('reads what the answer shall be', () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } } };
    const body = chat({
      n: 3,
      logprobs: true,
      top_logprobs: 4,
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema, strict: true } },
      tools: [
        { type: 'function', function: { name: 'add', description: 'adds', parameters: schema } },
        tool('nothing'),
      ],
      tool_choice: { type: 'function', function: { name: 'add' } },
      parallel_tool_calls: false,
    });
    expect(readChatBody(body).request.form).toEqual({
      n: 3,
      echo: false,
      topLogprobs: 4,
      responseFormat: { kind: 'json_schema', schema: JSON.stringify(schema) },
      tools: [
        { name: 'add', description: 'adds', parameters: JSON.stringify(schema) },
        { name: 'nothing', description: '', parameters: '' },
      ],
      toolChoice: { mode: 'named', name: 'add' },
      singleToolCall: true,
      dimensions: undefined,
    });
    expect(readChatBody(chat({ logprobs: true })).request.form.topLogprobs).toBe(0);
    expect(readChatBody(chat({ response_format: { type: 'json_object' } })).request.form.responseFormat).toEqual({
      kind: 'json_object',
    });
  });

  it('reads a conversation with tools', () => {
    const call = { id: 'c1', type: 'function', function: { name: 'add', arguments: '{"a":1}' } };
    const { request } = readChatBody({
      model: 'm',
      messages: [
        { role: 'system', content: 'be brief' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
          name: 'ann',
        },
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', content: '2', tool_call_id: 'c1' },
        { role: 'assistant', tool_calls: [call] },
        { role: 'assistant', content: null },
      ],
    });
    const toolCalls = [{ id: 'c1', name: 'add', arguments: '{"a":1}' }];
    expect(request.prompts).toEqual([
      {
        kind: 'chat',
        turns: [
          sampleTurn('be brief', { role: 'system' }),
          sampleTurn('ab', { name: 'ann' }),
          sampleTurn('', { role: 'assistant', toolCalls }),
          sampleTurn('2', { role: 'tool', toolCallId: 'c1' }),
          sampleTurn('', { role: 'assistant', toolCalls }),
          sampleTurn('', { role: 'assistant' }),
        ],
      },
    ]);
  });

  it.each([
    ['no object', 'text', undefined],
    ['an array', [], undefined],
    ['no model', { messages: [hello] }, 'model'],
    ['a model of another type', chat({ model: 7 }), 'model'],
    ['no messages', { model: 'm' }, 'messages'],
    ['empty messages', chat({ messages: [] }), 'messages'],
    ['an unknown role', chat({ messages: [hello, { role: 'robot', content: 'x' }] }), 'messages[1].role'],
    ['no content', chat({ messages: [{ role: 'user' }] }), 'messages[0].content'],
    ['null content of a user', chat({ messages: [{ role: 'user', content: null }] }), 'messages[0].content'],
    ['content of another type', chat({ messages: [{ role: 'user', content: 5 }] }), 'messages[0].content'],
    [
      'a part without text',
      chat({ messages: [{ role: 'user', content: [{ type: 'text' }] }] }),
      'messages[0].content[0].text',
    ],
    ['negative max_tokens', chat({ max_tokens: -1 }), 'max_tokens'],
    ['a fraction as max_completion_tokens', chat({ max_completion_tokens: 1.5 }), 'max_completion_tokens'],
    ['a hot temperature', chat({ temperature: 2.1 }), 'temperature'],
    ['temperature as text', chat({ temperature: '1' }), 'temperature'],
    ['top_p 0', chat({ top_p: 0 }), 'top_p'],
    ['five stops', chat({ stop: ['a', 'b', 'c', 'd', 'e'] }), 'stop'],
    ['a stop of another type', chat({ stop: ['a', 3] }), 'stop[1]'],
    ['an empty stop', chat({ stop: '' }), 'stop[0]'],
    ['stream as text', chat({ stream: 'yes' }), 'stream'],
    ['include_usage as text', chat({ stream_options: { include_usage: 'yes' } }), 'stream_options.include_usage'],
  ])('refuses %s and names the parameter', (_, body, param) => {
    expect(refusal(() => readChatBody(body))).toEqual({ code: 'invalid_request', param });
  });

  it.each([
    ['n above its bound', { n: 9 }, 'n'],
    ['a bias of something else than a token', { logit_bias: { dog: 1 } }, 'logit_bias.dog'],
    ['a bias beyond its bound', { logit_bias: { 5: 101 } }, 'logit_bias.5'],
    ['a token that cannot be', { logit_bias: { 9999999999: 1 } }, 'logit_bias'],
    ['more least than most tokens', { max_completion_tokens: 2, min_tokens: 3 }, 'min_tokens'],
    ['alternatives without log probabilities', { top_logprobs: 2 }, 'top_logprobs'],
    ['too many alternatives', { logprobs: true, top_logprobs: 21 }, 'top_logprobs'],
    ['a penalty beyond its bound', { frequency_penalty: 2.5 }, 'frequency_penalty'],
    ['another answer format', { response_format: { type: 'xml' } }, 'response_format.type'],
    [
      'a schema that is missing',
      { response_format: { type: 'json_schema', json_schema: { name: 'x' } } },
      'response_format.json_schema.schema',
    ],
    ['a tool without a function', { tools: [{ type: 'function' }] }, 'tools[0].function'],
    ['a tool with a strange name', { tools: [tool('a b')] }, 'tools[0].function.name'],
    ['two tools with one name', { tools: [tool('a'), tool('a')] }, 'tools[1].function.name'],
    ['a choice of no tool', { tool_choice: 'required' }, 'tool_choice'],
    ['a choice of an unknown word', { tools: [tool('a')], tool_choice: 'maybe' }, 'tool_choice'],
    ['a choice of an unknown tool', { tools: [tool('a')], tool_choice: tool('b') }, 'tool_choice.function.name'],
    ['a user who calls tools', { messages: [{ ...hello, tool_calls: [{ id: 'c', ...tool('a') }] }] }, undefined],
    [
      'arguments that are no text',
      {
        messages: [
          {
            role: 'assistant',
            tool_calls: [{ id: 'c', type: 'function', function: { name: 'a', arguments: {} } }],
          },
        ],
      },
      'messages[0].tool_calls[0].function.arguments',
    ],
    ['an answer to no call', { messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].tool_call_id'],
    ['the old functions', { messages: [{ ...hello, function_call: {} }] }, 'messages[0].function_call'],
    ['no content without calls', { messages: [{ role: 'assistant', tool_calls: [] }] }, 'messages[0].content'],
  ])('refuses %s and names the parameter', (_, extra, param) => {
    const { code, param: named } = refusal(() => readChatBody(chat(extra)));
    expect(code).toBe('invalid_request');
    if (param) expect(named).toBe(param);
    else expect(named).toMatch(/^messages\[0\]\.tool_calls/);
  });

  it.each([
    [{ best_of: 2 }, 'best_of'],
    [{ functions: [{ name: 'x' }] }, 'functions'],
    [{ reasoning_effort: 'high' }, 'reasoning_effort'],
    [{ modalities: ['audio'] }, 'modalities'],
    [{ skip_special_tokens: false }, 'skip_special_tokens'],
    [{ length_penalty: 2 }, 'length_penalty'],
    [{ constructor: 1 }, 'constructor'],
    [{ tools: [{ type: 'web_search' }] }, 'tools[0].type'],
    [{ tools: [tool('a')], tool_choice: { type: 'allowed_tools' } }, 'tool_choice.type'],
  ])('refuses %o, which it could only ignore', (extra, param) => {
    expect(refusal(() => readChatBody(chat(extra)))).toEqual({ code: 'unsupported_parameter', param });
  });

  it('refuses pictures by the part that holds one', () => {
    const body = chat({ messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }, { type: 'image_url' }] }] });
    expect(refusal(() => readChatBody(body))).toEqual({
      code: 'unsupported_parameter',
      param: 'messages[0].content[1].type',
    });
  });

  it('refuses lone surrogates as invalid UTF-8', () => {
    const body = chat({ messages: [{ role: 'user', content: 'a\ud800b' }] });
    expect(refusal(() => readChatBody(body))).toEqual({ code: 'invalid_utf8', param: 'messages[0].content' });
  });

  it.each([
    { n: 1 },
    { n: null, tools: null },
    { tools: [], tool_choice: 'auto', response_format: { type: 'text' }, logprobs: false },
    { skip_special_tokens: true, best_of: 1, stop_token_ids: [], use_beam_search: false },
    { tools: [tool('a')], tool_choice: 'none' },
    { user: 'u', metadata: { a: 'b' }, store: true, service_tier: 'auto', presence_penalty: 0, logit_bias: {} },
    { stop: null, temperature: null, stream: null, max_tokens: null, seed: null },
  ])('accepts %o, which asks for nothing more', (extra) => {
    expect(refusal(() => readChatBody(chat(extra))).code).toBe('accepted');
  });
});

describe('readCompletionBody', () => {
  const text = (value: string) => ({ kind: 'text', text: value });
  const tokens = (...ids: number[]) => ({ kind: 'tokens', ids, text: undefined });

  it.each<[unknown, unknown[]]>([
    ['hello', [text('hello')]],
    [['hello'], [text('hello')]],
    [
      ['a', 'b'],
      [text('a'), text('b')],
    ],
    [[1, 2], [tokens(1, 2)]],
    [
      [[1, 2], [3]],
      [tokens(1, 2), tokens(3)],
    ],
  ])('reads the prompt %o', (prompt, prompts) => {
    expect(readCompletionBody({ model: 'm', prompt, max_tokens: 3 }).request).toMatchObject({
      operation: 'text_completion',
      prompts,
      sampling: { maxTokens: 3 },
    });
  });

  it('reads the question of lm-evaluation-harness, and one for nothing but the prompt', () => {
    const body = { model: 'm', prompt: [[1, 2]], temperature: 0, max_tokens: 1, logprobs: 1, seed: 1234, echo: true };
    expect(readCompletionBody(body).request.form).toEqual({ ...DEFAULT_FORM, echo: true, topLogprobs: 1 });
    expect(readCompletionBody({ ...body, max_tokens: 0 }).request.sampling.maxTokens).toBe(0);
    expect(readCompletionBody({ ...body, stop: [] }).request.sampling.stop).toEqual([]);
  });

  it.each([
    [{ model: 'm' }, 'invalid_request', 'prompt'],
    [{ model: 'm', prompt: [] }, 'invalid_request', 'prompt'],
    [{ model: 'm', prompt: ['a', 3] }, 'invalid_request', 'prompt[1]'],
    [{ model: 'm', prompt: [1, 'a'] }, 'invalid_request', 'prompt[1]'],
    [{ model: 'm', prompt: [1, -1] }, 'invalid_request', 'prompt[1]'],
    [{ model: 'm', prompt: [[1], []] }, 'invalid_request', 'prompt[1]'],
    [{ model: 'm', prompt: Array(17).fill('x') }, 'invalid_request', 'prompt'],
    [{ model: 'm', prompt: Array(9).fill('x'), n: 2 }, 'invalid_request', 'n'],
    [{ model: 'm', prompt: 'x', max_tokens: 0 }, 'invalid_request', 'max_tokens'],
    [{ model: 'm', prompt: 'x', logprobs: true }, 'invalid_request', 'logprobs'],
    [{ model: 'm', prompt: 'x', suffix: 'y' }, 'unsupported_parameter', 'suffix'],
    [{ model: 'm', prompt: 'x', best_of: 3 }, 'unsupported_parameter', 'best_of'],
    [{ model: 'm', prompt: 'x', messages: [] }, 'unsupported_parameter', 'messages'],
    [{ model: 'm', prompt: 'x', response_format: { type: 'json_object' } }, 'unsupported_parameter', 'response_format'],
  ])('refuses %o', (body, code, param) => {
    expect(refusal(() => readCompletionBody(body))).toEqual({ code, param });
  });
});

describe('readEmbeddingBody', () => {
  it('reads texts and tokens', () => {
    expect(readEmbeddingBody({ model: 'm', input: ['a', 'b'] })).toMatchObject({
      encoding: 'float',
      request: { operation: 'embeddings', prompts: [{ text: 'a' }, { text: 'b' }], form: { dimensions: undefined } },
    });
    expect(
      readEmbeddingBody({ model: 'm', input: [7], encoding_format: 'base64', dimensions: 8, user: 'u' }),
    ).toMatchObject({ encoding: 'base64', request: { prompts: [{ ids: [7] }], form: { dimensions: 8 } } });
  });

  it.each([
    [{ model: 'm' }, 'invalid_request', 'input'],
    [{ model: 'm', input: '' }, 'invalid_request', 'input'],
    [{ model: 'm', input: ['a', ''] }, 'invalid_request', 'input[1]'],
    [{ model: 'm', input: Array(2049).fill('x') }, 'invalid_request', 'input'],
    [{ model: 'm', input: 'a', encoding_format: 'int8' }, 'invalid_request', 'encoding_format'],
    [{ model: 'm', input: 'a', temperature: 1 }, 'unsupported_parameter', 'temperature'],
    [{ model: 'm', input: 'a', priority: 1 }, 'unsupported_parameter', 'priority'],
  ])('refuses %o', (body, code, param) => {
    expect(refusal(() => readEmbeddingBody(body))).toEqual({ code, param });
  });
});
