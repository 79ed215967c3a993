import { describe, expect, it } from 'vitest';
import type { DeploymentState } from '@weir/contracts';
import type { ChatTurn, GenerationOptions, GenerationRequest, Prompt } from '../../generation/generation.js';
import type { Dialect } from '../capacity/dialect.js';
import { generationRequest } from './generation-body.js';

const deployment = { model_name: 'm', engine: { upstream_model: '', max_output_tokens: 50 } } as DeploymentState;
const NOTHING_ASKED: GenerationOptions = {
  maxTokens: undefined,
  temperature: undefined,
  topP: undefined,
  seed: undefined,
  stop: [],
  topK: undefined,
  minP: undefined,
  repetitionPenalty: undefined,
  frequencyPenalty: undefined,
  presencePenalty: undefined,
  logitBias: new Map(),
  topLogprobs: undefined,
  promptLogprobs: undefined,
  responseFormat: { kind: 'text' },
  tools: [],
  toolChoice: { mode: 'auto' },
  singleToolCall: false,
  ignoreEos: false,
  minTokens: 0,
};
const turn = (role: string, content: string, more: Partial<ChatTurn> = {}): ChatTurn => ({
  role,
  content,
  name: '',
  toolCalls: [],
  toolCallId: '',
  ...more,
});
const CHAT: Prompt = { kind: 'chat', turns: [turn('user', 'hi')] };
const TEXT: Prompt = { kind: 'text', text: 'x' };
const REQUEST = { requestId: '', tenant: '', priority: 0, ttftSloMs: undefined };
const weather = { name: 'weather', description: 'tells it', parameters: { type: 'object' } };

function sent(prompt: Prompt, options: Partial<GenerationOptions> = {}, dialect?: Dialect) {
  const request: GenerationRequest = { ...REQUEST, prompt, options: { ...NOTHING_ASKED, ...options } };
  const { path, body } = generationRequest(request, deployment, dialect);
  return { path, body: JSON.parse(body) as Record<string, unknown> };
}

describe('generationRequest', () => {
  it('leaves out what was not asked for, and always asks for a stream with usage', () => {
    const turns = [turn('user', 'hi'), turn('user', 'ho', { name: 'ann' })];
    expect(sent({ kind: 'chat', turns })).toEqual({
      path: '/chat/completions',
      body: {
        model: 'm',
        messages: [
          { role: 'user', content: 'hi' },
          { role: 'user', content: 'ho', name: 'ann' },
        ],
        stream: true,
        stream_options: { include_usage: true },
        max_tokens: 50,
      },
    });
  });

  it('sends text and tokens to /completions under the upstream’s own model name', () => {
    const named = { ...deployment, engine: { ...deployment.engine, upstream_model: 'gpt' } };
    const options = { ...NOTHING_ASKED, maxTokens: 5, temperature: 0, seed: 0, stop: ['a'] };
    const { path, body } = generationRequest({ ...REQUEST, prompt: TEXT, options }, named, undefined);
    expect(path).toBe('/completions');
    const asked = { model: 'gpt', prompt: 'x', max_tokens: 5, temperature: 0, seed: 0, stop: ['a'] };
    expect(JSON.parse(body)).toMatchObject(asked);
    expect(sent({ kind: 'tokens', ids: [1, 2] }).body).toMatchObject({ prompt: [1, 2] });
  });

  it('sends calls and their results back', () => {
    const toolCalls = [{ id: 'c1', name: 'weather', arguments: '{"at":"sea"}' }];
    const turns = [turn('assistant', '', { toolCalls }), turn('tool', 'rain', { toolCallId: 'c1' })];
    expect(sent({ kind: 'chat', turns }).body.messages).toEqual([
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"at":"sea"}' } }],
      },
      { role: 'tool', content: 'rain', tool_call_id: 'c1' },
    ]);
  });

  it('asks for log probabilities in the form of each API', () => {
    expect(sent(CHAT, { topLogprobs: 3 }).body).toMatchObject({ logprobs: true, top_logprobs: 3 });
    expect(sent(CHAT, { topLogprobs: 0 }).body).not.toHaveProperty('top_logprobs');
    expect(sent(TEXT, { topLogprobs: 0 }).body).toMatchObject({ logprobs: 0, stream: true });
  });

  it('scores a prompt with an echo that comes whole', () => {
    const { body } = sent(TEXT, { promptLogprobs: 2, topLogprobs: 1, maxTokens: 0 });
    expect(body).toMatchObject({ echo: true, logprobs: 2, max_tokens: 0 });
    expect(body).not.toHaveProperty('stream');
    expect(() => sent(CHAT, { promptLogprobs: 1 })).toThrow(
      expect.objectContaining({ code: 'unsupported_parameter', param: 'prompt_logprobs' }),
    );
  });

  it.each(['llamacpp', 'ollama', 'tgi'] as const)('does not let %s ignore an echo', (dialect) => {
    expect(() => sent(TEXT, { promptLogprobs: 1 }, dialect)).toThrow(expect.objectContaining({ param: 'echo' }));
  });

  it('asks for JSON, with or without a schema', () => {
    expect(sent(CHAT, { responseFormat: { kind: 'json_object' } }).body.response_format).toEqual({
      type: 'json_object',
    });
    const schema = { type: 'object' };
    expect(sent(CHAT, { responseFormat: { kind: 'json_schema', schema } }).body.response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'answer', schema, strict: true },
    });
  });

  it.each<[GenerationOptions['toolChoice'], unknown]>([
    [{ mode: 'auto' }, undefined],
    [{ mode: 'required' }, 'required'],
    [
      { mode: 'named', name: 'weather' },
      { type: 'function', function: { name: 'weather' } },
    ],
  ])('shows tools with the choice %j', (toolChoice, choice) => {
    const { body } = sent(CHAT, { tools: [weather], toolChoice, singleToolCall: true });
    expect(body).toMatchObject({ tools: [{ type: 'function', function: weather }], parallel_tool_calls: false });
    expect(body.tool_choice).toEqual(choice);
  });

  it('shows no tools that may not be called, and none for text', () => {
    expect(sent(CHAT, { tools: [weather], toolChoice: { mode: 'none' } }).body).not.toHaveProperty('tools');
    expect(() => sent(TEXT, { tools: [weather] })).toThrow(expect.objectContaining({ param: 'tools' }));
  });

  it('shows llama-server, which ignores names, the named tool only', () => {
    const named = {
      tools: [{ ...weather, name: 'other' }, weather],
      toolChoice: { mode: 'named', name: 'weather' } as const,
    };
    expect(sent(CHAT, named, 'llamacpp').body).toMatchObject({
      tools: [{ function: { name: 'weather' } }],
      tool_choice: 'required',
    });
    expect(sent(CHAT, named, 'vllm').body.tools).toHaveLength(2);
  });

  it('refuses a choice of tools that the server would ignore', () => {
    const required = { tools: [weather], toolChoice: { mode: 'required' } as const };
    expect(() => sent(CHAT, required, 'ollama')).toThrow(expect.objectContaining({ param: 'tool_choice' }));
    const single = { tools: [weather], singleToolCall: true };
    expect(() => sent(CHAT, single, 'tgi')).toThrow(expect.objectContaining({ param: 'parallel_tool_calls' }));
  });
});
