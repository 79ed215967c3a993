import { WeirError } from '@weir/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleCandidate, sampleRun } from '../../../test/sample-run.js';
import { answerBody } from './openai-answer.js';
import { errorFrame, OpenAiFrames } from './openai-frames.js';

const text = { prompt: { kind: 'text' as const, text: 'x' } };
const parse = (frame: string) => {
  expect(frame).toMatch(/^data: [^\n]*\n\n$/);
  return JSON.parse(frame.slice(6)) as Record<string, unknown>;
};
const common = {
  id: 'chatcmpl-018f0000-0000-7000-8000-000000000001',
  object: 'chat.completion.chunk',
  created: 1_700_000_000,
  model: 'tiny',
};

describe('OpenAiFrames', () => {
  it('writes chat chunks', () => {
    const frames = new OpenAiFrames(sampleRun(), false);
    const choice = { index: 0, logprobs: null, finish_reason: null };
    expect(parse(frames.opening())).toEqual({
      ...common,
      choices: [{ ...choice, delta: { role: 'assistant', content: '', refusal: null } }],
    });
    expect(parse(frames.text('a'))).toEqual({ ...common, choices: [{ ...choice, delta: { content: 'a' } }] });
    expect(parse(frames.finish('length'))).toEqual({
      ...common,
      choices: [{ ...choice, delta: {}, finish_reason: 'length' }],
    });
  });

  it('writes text chunks', () => {
    const frames = new OpenAiFrames(sampleRun({ request: text }), false);
    expect(frames.opening()).toBe('');
    expect(parse(frames.text('a'))).toMatchObject({
      id: 'cmpl-018f0000-0000-7000-8000-000000000001',
      object: 'text_completion',
      choices: [{ index: 0, text: 'a', logprobs: null, finish_reason: null }],
    });
    expect(parse(frames.finish('stop'))).toMatchObject({ choices: [{ text: '', finish_reason: 'stop' }] });
  });

  it('has a null usage on every chunk but the last, when usage is asked for', () => {
    const run = sampleRun();
    const frames = new OpenAiFrames(run, true);
    run.attempt(sampleCandidate).setInput(5);
    for (const frame of [frames.opening(), frames.text('x'), frames.finish('stop')]) {
      expect(parse(frame)).toHaveProperty('usage', null);
    }
    expect(parse(frames.usage(false))).toEqual({
      ...common,
      choices: [],
      usage: { prompt_tokens: 5, completion_tokens: 0, total_tokens: 5, prompt_tokens_details: { cached_tokens: 0 } },
    });
  });

  it('tells what Weir did, in both forms of an answer', () => {
    const run = sampleRun();
    run.attempt(sampleCandidate);
    run.cost = 2_000_000n;
    run.receipt = { stored: 'kafka', topic: 't', partition: 1, offset: '7', id: 'e' };
    run.verdicts.push({ id: 'v', stage: 'input', action: 'mask', detectors: ['pii.card'], durationMs: 1 });
    run.degraded.add('billing');
    const weir = {
      request_id: '018f0000-0000-7000-8000-000000000001',
      trace_id: 'a'.repeat(32),
      deployment_id: 'd1',
      cost_usd: '0.000002',
      price_id: 'price-1',
      event: { stored: 'kafka', id: 'e', topic: 't', partition: 1, offset: '7' },
      verdicts: [{ id: 'v', stage: 'input', action: 'mask', detectors: ['pii.card'] }],
      cut_reason: null,
      degraded: ['billing'],
      stages_ms: { auth: 1.5 },
    };
    expect(parse(new OpenAiFrames(run, false).usage(true))['weir']).toEqual(weir);
    expect(JSON.parse(answerBody(run, true))).toMatchObject({ weir });
    expect(JSON.parse(answerBody(run, false))).not.toHaveProperty('weir');
    run.receipt = { stored: 'spool', id: 'e' };
    expect(JSON.parse(answerBody(run, true))).toMatchObject({ weir: { event: { stored: 'spool', id: 'e' } } });
  });

  it('keeps any text as it is, on one line', () => {
    const frames = new OpenAiFrames(sampleRun(), false);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (delta) => {
        const { choices } = parse(frames.text(delta)) as { choices: [{ delta: { content: string } }] };
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
