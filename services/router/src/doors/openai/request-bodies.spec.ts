import { WeirError } from '@weir/errors';
import { describe, expect, it } from 'vitest';
import { readChatBody } from './chat-body.js';
import { readCompletionBody } from './completion-body.js';

const hello = { role: 'user', content: 'hello' };
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
        model: 'm',
        prompt: { kind: 'chat', turns: [{ role: 'user', content: 'hello', name: '' }] },
        sampling: { maxTokens: undefined, temperature: undefined, topP: undefined, seed: undefined, stop: [] },
        stream: false,
      },
    });
  });

  it('reads every supported field', () => {
    const body = readChatBody(
      chat({
        stream: true,
        stream_options: { include_usage: true, include_obfuscation: false },
        max_tokens: 5,
        max_completion_tokens: 7,
        temperature: 0,
        top_p: 0.5,
        seed: -3,
        stop: 'END',
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
          { role: 'assistant', content: null },
        ],
      }),
    );
    expect(body.includeUsage).toBe(true);
    expect(body.request.sampling).toEqual({ maxTokens: 7, temperature: 0, topP: 0.5, seed: 3, stop: ['END'] });
    expect(body.request.prompt).toEqual({
      kind: 'chat',
      turns: [
        { role: 'system', content: 'be brief', name: '' },
        { role: 'user', content: 'ab', name: 'ann' },
        { role: 'assistant', content: '', name: '' },
      ],
    });
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
    [{ n: 2 }, 'n'],
    [{ tools: [{ type: 'function' }] }, 'tools'],
    [{ tool_choice: 'required' }, 'tool_choice'],
    [{ response_format: { type: 'json_object' } }, 'response_format'],
    [{ logprobs: true }, 'logprobs'],
    [{ frequency_penalty: 0.5 }, 'frequency_penalty'],
    [{ logit_bias: { 5: 1 } }, 'logit_bias'],
    [{ reasoning_effort: 'high' }, 'reasoning_effort'],
    [{ top_k: 3 }, 'top_k'],
    [{ constructor: 1 }, 'constructor'],
  ])('refuses %o, which would change the answer', (extra, param) => {
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
    { user: 'u', metadata: { a: 'b' }, store: true, service_tier: 'auto', presence_penalty: 0, logit_bias: {} },
    { stop: null, temperature: null, stream: null, max_tokens: null, seed: null },
  ])('accepts %o, which asks for nothing more', (extra) => {
    expect(refusal(() => readChatBody(chat(extra))).code).toBe('accepted');
  });
});

describe('readCompletionBody', () => {
  it.each(['hello', ['hello']])('reads the prompt %o', (prompt) => {
    expect(readCompletionBody({ model: 'm', prompt, max_tokens: 3 }).request).toMatchObject({
      prompt: { kind: 'text', text: 'hello' },
      sampling: { maxTokens: 3 },
    });
  });

  it.each([
    [{ model: 'm' }, 'invalid_request', 'prompt'],
    [{ model: 'm', prompt: ['a', 'b'] }, 'invalid_request', 'prompt'],
    [{ model: 'm', prompt: [1, 2] }, 'invalid_request', 'prompt'],
    [{ model: 'm', prompt: 'x', suffix: 'y' }, 'unsupported_parameter', 'suffix'],
    [{ model: 'm', prompt: 'x', echo: true }, 'unsupported_parameter', 'echo'],
    [{ model: 'm', prompt: 'x', messages: [] }, 'unsupported_parameter', 'messages'],
    [{ model: 'm', prompt: 'x', logprobs: 2 }, 'unsupported_parameter', 'logprobs'],
  ])('refuses %o', (body, code, param) => {
    expect(refusal(() => readCompletionBody(body))).toEqual({ code, param });
  });
});
