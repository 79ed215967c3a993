import { describe, expect, it } from 'vitest';
import { readWith } from '../wire/door-body.js';
import { chatCompletionBody, textCompletionBody } from './completion-bodies.js';
import { classificationBody, generationDetectionBody, generationInput } from './task-bodies.js';

const chat = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };

describe('chatCompletionBody', () => {
  it('reads what generation can carry', () => {
    const { input, detectors, stream, includeUsage, form } = readWith(chatCompletionBody, {
      ...chat,
      messages: [
        ...chat.messages,
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c', type: 'function', function: { name: 't', arguments: '{}' } }],
        },
        { role: 'tool', content: 'done', tool_call_id: 'c' },
      ],
      detectors: { input: { pii: { threshold: 0.9 } }, output: { egress: {} } },
      stream: true,
      stream_options: { include_usage: true },
      max_completion_tokens: 7,
      temperature: 0.5,
      stop: 'END',
      seed: -3,
      top_k: -1,
      logit_bias: { '5': -100 },
      tools: [{ type: 'function', function: { name: 't', parameters: { type: 'object' } } }],
      tool_choice: { type: 'function', function: { name: 't' } },
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' } } },
      logprobs: true,
      top_logprobs: 2,
      user: 'u',
      metadata: { a: 'b' },
      presence_penalty: null,
    });
    expect({ form, stream, includeUsage, detectors }).toEqual({
      form: 'chat',
      stream: true,
      includeUsage: true,
      detectors: { input: { pii: { threshold: 0.9 } }, output: { egress: {} } },
    });
    expect(input).toMatchObject({
      model: 'm',
      n: 1,
      user: 'u',
      metadata: { a: 'b' },
      messages: [
        { role: 'user', content: 'hi' },
        { role: 'assistant', toolCalls: [{ index: 0, id: 'c', name: 't', arguments: '{}' }] },
        { role: 'tool', content: 'done', toolCallId: 'c' },
      ],
      sampling: { maxTokens: 7, temperature: 0.5, stop: ['END'], seed: 3, topK: 0, logitBias: { 5: -100 } },
      tools: [{ name: 't', description: '', parameters: '{"type":"object"}' }],
      toolChoice: { mode: 'named', name: 't' },
      responseFormat: { kind: 'json_schema', schema: '{"type":"object"}' },
      logprobs: true,
      topLogprobs: 2,
    });
    expect(input.sampling?.presencePenalty).toBeUndefined();
  });

  it('inspects nothing without detectors', () => {
    expect(readWith(chatCompletionBody, chat).detectors).toEqual({ input: {}, output: {} });
  });

  it.each([
    [{ audio: {} }, 'audio', 'unsupported_parameter'],
    [{ parallel_tool_calls: false }, 'parallel_tool_calls', 'unsupported_parameter'],
    [{ n: 9 }, 'n', 'invalid_request'],
    [{ detectors: { input: { pii: { level: 1 } } } }, 'detectors.input.pii.level', 'unsupported_parameter'],
    [{ detectors: { both: {} } }, 'detectors.both', 'unsupported_parameter'],
    [{ stream_options: { x: 1 } }, 'stream_options.x', 'unsupported_parameter'],
    [{ stop: ['a', 'b', 'c', 'd', 'e'] }, 'stop', 'invalid_request'],
    [{ model: '\udfff' }, 'model', 'invalid_utf8'],
  ])('refuses %j', (more, param, code) => {
    expect(() => readWith(chatCompletionBody, { ...chat, ...more })).toThrow(expect.objectContaining({ param, code }));
  });
});

describe('textCompletionBody', () => {
  it.each([['say'], [['say']]])('takes the prompt %j for what a user says', (prompt) => {
    const { form, input, messages } = readWith(textCompletionBody, { model: 'm', prompt, max_tokens: 3 });
    expect(form).toBe('text');
    expect(messages).toEqual([{ role: 'user', content: 'say' }]);
    expect(input).toMatchObject({ messages: [{ role: 'user', content: 'say' }], sampling: { maxTokens: 3 } });
  });

  it.each([
    [{ prompt: ['a', 'b'] }, 'prompt'],
    [{ prompt: [1, 2] }, 'prompt'],
    [{ prompt: 'a', echo: true }, 'echo'],
    [{ prompt: 'a', suffix: 'x' }, 'suffix'],
    [{ prompt: 'a', logprobs: 1 }, 'logprobs'],
  ])('refuses %j', (more, param) => {
    expect(() => readWith(textCompletionBody, { model: 'm', ...more })).toThrow(expect.objectContaining({ param }));
  });
});

describe('bodies of tasks', () => {
  it('carries the parameters of text generation', () => {
    const greedy = 'GREEDY' as const;
    const given = { max_new_tokens: 5, decoding_method: greedy, temperature: 1, stop_sequences: ['x'], seed: 2 };
    expect(generationInput('m', 'p', given)).toMatchObject({
      model: 'm',
      messages: [{ role: 'user', content: 'p' }],
      sampling: { maxTokens: 5, temperature: 0, stop: ['x'], seed: 2 },
    });
    expect(generationInput('m', 'p', { decoding_method: 'SAMPLING', temperature: 1 }).sampling?.temperature).toBe(1);
    expect(generationInput('m', 'p', undefined).sampling?.maxTokens).toBeUndefined();
  });

  it.each([
    [{ text_gen_parameters: { typical_p: 0.5 } }, 'text_gen_parameters.typical_p'],
    [{ text_gen_parameters: { preserve_input_text: true } }, 'text_gen_parameters.preserve_input_text'],
    [{ guardrail_config: { input: { models: {}, masks: [[3, 3]] } } }, 'guardrail_config.input.masks[0]'],
    [{ guardrail_config: { between: {} } }, 'guardrail_config.between'],
    [{ inputs: '' }, 'inputs'],
    [{ model_id: '' }, 'model_id'],
  ])('refuses %j', (more, param) => {
    const body = { model_id: 'm', inputs: 'p', ...more };
    expect(() => readWith(classificationBody, body)).toThrow(expect.objectContaining({ param }));
  });

  it('needs detectors where there is nothing else to tell', () => {
    const body = { model_id: 'm', prompt: 'p', detectors: {} };
    expect(() => readWith(generationDetectionBody, body)).toThrow(expect.objectContaining({ param: 'detectors' }));
  });
});
