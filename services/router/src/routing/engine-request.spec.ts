import { describe, expect, it } from 'vitest';
import { sampleCandidate, sampleRun, sampleTurn } from '../../test/sample-run.js';
import { DEFAULT_FORM, DEFAULT_SAMPLING, type InferenceRequest } from '../pipeline/inference-request.js';
import { engineRequest, wireInput } from './engine-request.js';

function requestsOf(request: Partial<InferenceRequest>) {
  const run = sampleRun({ request });
  return run.attempt(sampleCandidate).map((choice) => engineRequest(run, choice, sampleCandidate, run.request));
}

describe('engineRequest', () => {
  it('asks for nothing that the client did not ask for', () => {
    const [only] = requestsOf({ sampling: DEFAULT_SAMPLING });
    expect(only).toMatchObject({
      deploymentId: 'd1',
      requestId: '018f0000-0000-7000-8000-000000000001',
      tenant: 'p',
      prompt: { $case: 'chat', value: { turns: [{ role: 'user', content: 'hello' }] } },
      options: {
        maxTokens: 64,
        temperature: undefined,
        logprobs: false,
        topLogprobs: 0,
        promptLogprobs: undefined,
        responseFormat: undefined,
        toolChoice: undefined,
        tools: [],
      },
      priority: 0,
      ttftSloMs: undefined,
    });
  });

  it('shows documents as a part of their turn, and facts to no model', () => {
    const turns = [sampleTurn('why?', { documents: [{ title: 'FAQ', text: 'one' }] })];
    const [only] = requestsOf({ prompts: [{ kind: 'chat', turns }], metadata: { tier: 'gold' } });
    const content = '[document 1: FAQ]\none\n[end of document 1]\n\nwhy?';
    expect(only?.prompt).toEqual({
      $case: 'chat',
      value: { turns: [{ role: 'user', content, name: '', toolCalls: [], toolCallId: '' }] },
    });
    expect(JSON.stringify(only)).not.toContain('gold');
  });

  it('shows no id that a client wrote: calls and results are linked anew', () => {
    const toolCalls = [{ id: 'ghp_secret', name: 'f', arguments: '{}' }];
    const turns = [
      sampleTurn('', { role: 'assistant', toolCalls }),
      sampleTurn('1', { role: 'tool', toolCallId: 'ghp_secret' }),
    ];
    const [only] = requestsOf({ prompts: [{ kind: 'chat', turns }] });
    expect(only?.prompt?.value).toMatchObject({
      turns: [{ toolCalls: [{ id: 'call00000', name: 'f' }] }, { toolCallId: 'call00000' }],
    });
  });

  it('gives each answer an id and a seed of its own, the same seeds for each prompt', () => {
    const requests = requestsOf({
      operation: 'text_completion',
      prompts: [
        { kind: 'text', text: 'a' },
        { kind: 'tokens', ids: [4], text: 'b' },
      ],
      sampling: { ...DEFAULT_SAMPLING, seed: 7 },
      form: { ...DEFAULT_FORM, n: 2 },
    });
    expect(requests.map(({ options }) => options.seed)).toEqual([7, 8, 7, 8]);
    expect(new Set(requests.map(({ requestId }) => requestId)).size).toBe(4);
    expect(requests.map(({ prompt }) => prompt)).toEqual([
      { $case: 'text', value: 'a' },
      { $case: 'text', value: 'a' },
      { $case: 'tokens', value: { ids: [4] } },
      { $case: 'tokens', value: { ids: [4] } },
    ]);
  });

  it('keeps the deployment\u2019s cap, and a wish for no token at all', () => {
    const most = (maxTokens: number) =>
      requestsOf({ sampling: { ...DEFAULT_SAMPLING, maxTokens } })[0]?.options.maxTokens;
    expect([most(5_000), most(3), most(0)]).toEqual([64, 3, 0]);
  });

  it('asks for the log probabilities of the prompt only with its echo, with an alternative to compare with', () => {
    const promptLogprobs = (form: object) =>
      requestsOf({ form: { ...DEFAULT_FORM, ...form } })[0]?.options.promptLogprobs;
    expect(promptLogprobs({ topLogprobs: 3 })).toBeUndefined();
    expect(promptLogprobs({ echo: true })).toBeUndefined();
    expect(promptLogprobs({ echo: true, topLogprobs: 3 })).toBe(3);
    expect(promptLogprobs({ echo: true, topLogprobs: 0 })).toBe(1);
    const nothing = { sampling: { ...DEFAULT_SAMPLING, maxTokens: 0 }, form: { ...DEFAULT_FORM, echo: true } };
    expect(requestsOf(nothing)[0]?.options.promptLogprobs).toBe(1);
  });

  it('passes on tools, formats, priority and the wanted time', () => {
    const tools = [{ name: 'add', description: '', parameters: '{}' }];
    const [only] = requestsOf({
      form: {
        ...DEFAULT_FORM,
        tools,
        toolChoice: { mode: 'named', name: 'add' },
        singleToolCall: true,
        responseFormat: { kind: 'json_schema', schema: '{}' },
      },
      priority: -2,
      ttftSloMs: 300,
    });
    expect(only).toMatchObject({
      options: {
        tools,
        toolChoice: { mode: 'named', name: 'add' },
        singleToolCall: true,
        responseFormat: { kind: 'json_schema', schema: '{}' },
      },
      priority: -2,
      ttftSloMs: 300,
    });
  });
});

describe('wireInput', () => {
  it('is text or tokens', () => {
    expect(wireInput({ kind: 'text', text: 'a' })).toEqual({ input: { $case: 'text', value: 'a' } });
    const tokens = wireInput({ kind: 'tokens', ids: [1], text: 'a' });
    expect(tokens).toEqual({ input: { $case: 'tokens', value: { ids: [1] } } });
  });
});
