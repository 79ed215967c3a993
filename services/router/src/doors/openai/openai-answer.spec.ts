import { describe, expect, it } from 'vitest';
import { sampleCandidate, sampleRun, sampleToken, sampleVerdict } from '../../../test/sample-run.js';
import { DEFAULT_FORM, type InferenceRequest } from '../../pipeline/inference-request.js';
import { base64Of, embeddingBody } from './embedding-answer.js';
import { answerBody } from './openai-answer.js';
import { OpenAiFrames } from './openai-frames.js';

function answered(request: Partial<InferenceRequest> = {}) {
  const run = sampleRun({ request });
  for (const choice of run.attempt(sampleCandidate)) {
    choice.text = `answer ${choice.index}`;
    choice.finishReason = 'stop';
  }
  return run;
}

const bodyOf = (run: ReturnType<typeof sampleRun>, details = false) => JSON.parse(answerBody(run, details));

describe('answerBody', () => {
  it('has every choice in order', () => {
    const run = answered({ form: { ...DEFAULT_FORM, n: 2 } });
    expect(bodyOf(run).choices).toEqual(
      [0, 1].map((index) => ({
        index,
        message: { role: 'assistant', content: `answer ${index}`, refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      })),
    );
  });

  it('says nothing where it only calls tools', () => {
    const run = answered();
    const [choice] = run.choices;
    Object.assign(choice ?? {}, {
      text: '',
      toolCalls: [{ id: 'c', name: 'add', arguments: '{}' }],
      finishReason: 'tool_calls',
    });
    expect(bodyOf(run).choices[0]).toMatchObject({
      message: {
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'add', arguments: '{}' } }],
      },
      finish_reason: 'tool_calls',
    });
  });

  it('tells thoughts where there are some', () => {
    const run = answered();
    Object.assign(run.choices[0] ?? {}, { reasoning: 'hm' });
    expect(bodyOf(run).choices[0].message).toEqual({
      role: 'assistant',
      content: 'answer 0',
      refusal: null,
      reasoning_content: 'hm',
    });
  });

  it('gives lm-evaluation-harness what it reads: the prompt, then the answer, in one list', () => {
    const run = answered({
      operation: 'text_completion',
      prompts: [{ kind: 'text', text: 'a b' }],
      form: { ...DEFAULT_FORM, echo: true, topLogprobs: 1 },
    });
    run.guarded = run.request;
    const [choice] = run.choices;
    if (!choice) throw new TypeError('no choice');
    choice.text = ' c';
    choice.promptLogprobs = [sampleToken('a', null), sampleToken(' b', -2.5, { ' x': -0.5 })];
    choice.logprobs = [sampleToken(' c', -0.125, { ' c': -0.125 })];
    expect(bodyOf(run).choices[0]).toEqual({
      index: 0,
      text: 'a b c',
      logprobs: {
        tokens: ['a', ' b', ' c'],
        token_logprobs: [null, -2.5, -0.125],
        top_logprobs: [null, { ' x': -0.5, ' b': -2.5 }, { ' c': -0.125 }],
        text_offset: [0, 1, 3],
      },
      finish_reason: 'stop',
    });
  });

  it('echoes the prompt as the input guard left it, and no log probabilities of a masked answer', () => {
    const form = { ...DEFAULT_FORM, echo: true, topLogprobs: 0 };
    const run = answered({ operation: 'text_completion', prompts: [{ kind: 'text', text: 'secret' }], form });
    run.guarded = { ...run.request, prompts: [{ kind: 'text', text: '******' }] };
    const [choice] = run.choices;
    if (choice) choice.logprobs = undefined;
    expect(bodyOf(run).choices[0]).toMatchObject({ text: '******answer 0', logprobs: null });
  });

  it('does not echo a prompt that no model answered', () => {
    const form = { ...DEFAULT_FORM, echo: true };
    const run = sampleRun({
      request: { operation: 'text_completion', prompts: [{ kind: 'text', text: 'bad' }], form },
    });
    run.answerInstead('No.');
    expect(bodyOf(run)).toMatchObject({
      choices: [{ text: 'No.', finish_reason: 'content_filter' }],
      usage: { total_tokens: 0 },
    });
  });

  it('tells what Weir did, in both forms of an answer', () => {
    const run = answered();
    run.cost = 2_000_000n;
    run.receipt = { stored: 'kafka', topic: 't', partition: 1, offset: '7', id: 'e' };
    run.verdicts.push({ ...sampleVerdict, stage: 'input', action: 'mask', detectors: ['pii.card'], message: 'no' });
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
    const frame = new OpenAiFrames(run, false).usage(true);
    expect(JSON.parse(frame.slice('data: '.length)).weir).toEqual(weir);
    expect(bodyOf(run, true)).toMatchObject({ weir });
    expect(bodyOf(run)).not.toHaveProperty('weir');
    run.receipt = { stored: 'spool', id: 'e' };
    expect(bodyOf(run, true)).toMatchObject({ weir: { event: { stored: 'spool', id: 'e' } } });
  });
});

describe('embeddingBody', () => {
  it('lists the vectors in order, as numbers or as 32-bit floats', () => {
    const run = sampleRun({ request: { operation: 'embeddings' } });
    run.embedded = { vectors: [[0.5, -2], [1]], inputTokens: 9 };
    expect(JSON.parse(embeddingBody(run, 'float', false))).toEqual({
      object: 'list',
      data: [
        { object: 'embedding', index: 0, embedding: [0.5, -2] },
        { object: 'embedding', index: 1, embedding: [1] },
      ],
      model: 'tiny',
      usage: { prompt_tokens: 9, total_tokens: 9 },
    });
    const bytes = Buffer.from(base64Of([0.5, -2]), 'base64');
    expect([bytes.length, bytes.readFloatLE(0), bytes.readFloatLE(4)]).toEqual([8, 0.5, -2]);
    expect(JSON.parse(embeddingBody(run, 'base64', true))).toMatchObject({
      data: [{ embedding: bytes.toString('base64') }, {}],
      weir: { request_id: run.caller.requestId },
    });
  });
});
