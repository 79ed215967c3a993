import { WeirError } from '@weir/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleCandidate, sampleRun, sampleToken } from '../../../test/sample-run.js';
import { DEFAULT_FORM, type InferenceRequest } from '../../pipeline/inference-request.js';
import { errorFrame, OpenAiFrames } from './openai-frames.js';

const text: Partial<InferenceRequest> = {
  operation: 'text_completion',
  prompts: [{ kind: 'text', text: 'x' }],
};
const parse = (frame: string) => {
  expect(frame).toMatch(/^data: [^\n]*\n\n$/);
  return JSON.parse(frame.slice(6)) as Record<string, unknown>;
};
const parseAll = (frames: string) => frames.split(/(?<=\n\n)/).map(parse);
const common = {
  id: 'chatcmpl-018f0000-0000-7000-8000-000000000001',
  object: 'chat.completion.chunk',
  created: 1_700_000_000,
  model: 'tiny',
};
const choice = { index: 0, logprobs: null, finish_reason: null };

function ended(request: Partial<InferenceRequest> = {}, reasons = ['stop']) {
  const run = sampleRun({ request: { form: { ...DEFAULT_FORM, n: reasons.length }, ...request } });
  run.attempt(sampleCandidate).forEach((each, index) => (each.finishReason = reasons[index]));
  return run;
}

describe('OpenAiFrames', () => {
  it('writes thoughts into a field of their own', () => {
    const frames = new OpenAiFrames(ended(), false);
    expect(parse(frames.delta({ index: 0, text: '', reasoning: 'hm' }))).toEqual({
      ...common,
      choices: [{ ...choice, delta: { reasoning_content: 'hm' } }],
    });
  });

  it('writes chat chunks', () => {
    const frames = new OpenAiFrames(ended({}, ['length']), false);
    expect(parse(frames.opening())).toEqual({
      ...common,
      choices: [{ ...choice, delta: { role: 'assistant', content: '', refusal: null } }],
    });
    expect(parse(frames.delta({ index: 0, text: 'a' }))).toEqual({
      ...common,
      choices: [{ ...choice, delta: { content: 'a' } }],
    });
    expect(parse(frames.finish())).toEqual({ ...common, choices: [{ ...choice, delta: {}, finish_reason: 'length' }] });
  });

  it('writes text chunks', () => {
    const frames = new OpenAiFrames(ended(text), false);
    expect(frames.opening()).toBe('');
    expect(parse(frames.delta({ index: 0, text: 'a' }))).toMatchObject({
      id: 'cmpl-018f0000-0000-7000-8000-000000000001',
      object: 'text_completion',
      choices: [{ index: 0, text: 'a', logprobs: null, finish_reason: null }],
    });
    expect(parse(frames.finish())).toMatchObject({ choices: [{ text: '', finish_reason: 'stop' }] });
  });

  it('opens and ends every choice with its own index', () => {
    const frames = new OpenAiFrames(ended({}, ['stop', 'length']), false);
    expect(parseAll(frames.opening())).toMatchObject([{ choices: [{ index: 0 }] }, { choices: [{ index: 1 }] }]);
    expect(parse(frames.delta({ index: 1, text: 'b' }))).toMatchObject({ choices: [{ index: 1 }] });
    expect(parseAll(frames.finish())).toMatchObject([
      { choices: [{ index: 0, finish_reason: 'stop' }] },
      { choices: [{ index: 1, finish_reason: 'length' }] },
    ]);
  });

  it('writes complete tool calls as one delta each', () => {
    const frames = new OpenAiFrames(sampleRun(), false);
    const toolCalls = [{ index: 1, id: 'c', name: 'add', arguments: '{"a":1}' }];
    expect(parse(frames.delta({ index: 0, text: '', toolCalls }))).toEqual({
      ...common,
      choices: [
        {
          ...choice,
          delta: {
            tool_calls: [{ index: 1, id: 'c', type: 'function', function: { name: 'add', arguments: '{"a":1}' } }],
          },
        },
      ],
    });
  });

  it('writes log probabilities as chats and completions have them', () => {
    const form = { ...DEFAULT_FORM, topLogprobs: 1 };
    const chat = new OpenAiFrames(sampleRun({ request: { form } }), false);
    const logprobs = [sampleToken('a', -0.25, { a: -0.25 })];
    const alternative = { token: 'a', logprob: -0.25, bytes: [97] };
    expect(parse(chat.delta({ index: 0, text: 'a', logprobs }))).toMatchObject({
      choices: [{ logprobs: { content: [{ ...alternative, top_logprobs: [alternative] }], refusal: null } }],
    });
    expect(parse(chat.delta({ index: 0, text: 'a', logprobs: [] }))).toMatchObject({ choices: [{ logprobs: null }] });
    const plain = new OpenAiFrames(sampleRun({ request: { ...text, form } }), false);
    plain.delta({ index: 0, text: 'xy', promptLogprobs: [sampleToken('xy', null)] });
    expect(parse(plain.delta({ index: 0, text: 'a', logprobs }))).toMatchObject({
      choices: [
        {
          text: 'a',
          logprobs: { tokens: ['a'], token_logprobs: [-0.25], top_logprobs: [{ a: -0.25 }], text_offset: [2] },
        },
      ],
    });
  });

  it('has a null usage on every chunk but the last, when usage is asked for', () => {
    const run = ended();
    const frames = new OpenAiFrames(run, true);
    run.choices[0]?.meter.setInput(5);
    for (const frame of [frames.opening(), frames.delta({ index: 0, text: 'x' }), frames.finish()]) {
      expect(parse(frame)).toHaveProperty('usage', null);
    }
    expect(parse(frames.usage(false))).toEqual({
      ...common,
      choices: [],
      usage: { prompt_tokens: 5, completion_tokens: 0, total_tokens: 5, prompt_tokens_details: { cached_tokens: 0 } },
    });
  });

  it('keeps any text as it is, on one line', () => {
    const frames = new OpenAiFrames(sampleRun(), false);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (delta) => {
        const { choices } = parse(frames.delta({ index: 0, text: delta })) as {
          choices: [{ delta: { content: string } }];
        };
        expect(choices[0].delta.content).toBe(delta);
      }),
    );
  });

  it('writes errors as clients know them', () => {
    expect(parse(errorFrame(new WeirError('engine_failed', 'gone')))).toEqual({
      error: { message: 'gone', type: 'api_error', param: null, code: 'engine_failed' },
    });
  });
});
