import { engineV1 } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { parseGenerateRequest, parseInputs } from './parse-request.js';

const text = { $case: 'text', value: 'Hello' } as const;
const chat = { $case: 'chat' as const, value: { turns: [{ role: 'user', content: 'Hello' }] } };
const tokens = (ids: number[]) => ({ $case: 'tokens' as const, value: { ids } });

type Partial = Parameters<typeof engineV1.GenerateRequest.fromPartial>[0];

const parse = (partial: Partial) =>
  parseGenerateRequest(engineV1.GenerateRequest.fromPartial({ prompt: text, ...partial }));

describe('parseGenerateRequest', () => {
  it('keeps what was given and leaves the rest to the deployment', () => {
    const request = parse({ tenant: 'p', priority: -1, ttftSloMs: 200, options: { maxTokens: 5 } });
    expect(request).toMatchObject({
      tenant: 'p',
      prompt: { kind: 'text', text: 'Hello' },
      priority: -1,
      ttftSloMs: 200,
    });
    expect(request.options).toMatchObject({ maxTokens: 5, topK: undefined });
    expect(parse({})).toMatchObject({ priority: 0, ttftSloMs: undefined, options: { stop: [] } });
    expect(parse({ prompt: tokens([1, 2]) }).prompt).toEqual({ kind: 'tokens', ids: [1, 2] });
  });

  it.each([
    ['prompt', { prompt: undefined }],
    ['prompt.text', { prompt: { $case: 'text' as const, value: '' } }],
    ['prompt.tokens.ids', { prompt: tokens([]) }],
    ['prompt.chat.turns', { prompt: { $case: 'chat' as const, value: { turns: [] } } }],
    ['prompt.chat.turns[0].role', { prompt: { $case: 'chat' as const, value: { turns: [{ content: 'x' }] } } }],
    ['ttft_slo_ms', { ttftSloMs: 0 }],
  ])('names %s when it is wrong', (param, partial) => {
    expect(() => parse(partial)).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
  });

  it('takes tools with a chat only', () => {
    const options = { tools: [{ name: 't' }] };
    expect(() => parse({ options })).toThrow(
      expect.objectContaining({ code: 'unsupported_parameter', param: 'options.tools' }),
    );
    expect(parse({ prompt: chat, options }).options.tools).toHaveLength(1);
  });
});

describe('parseInputs', () => {
  const inputs = (count: number) =>
    Array.from({ length: count }, () => engineV1.EmbedInput.fromPartial({ input: text }));

  it('takes texts and tokens', () => {
    const both = [...inputs(1), engineV1.EmbedInput.fromPartial({ input: tokens([3]) })];
    expect(parseInputs(both)).toEqual([
      { kind: 'text', text: 'Hello' },
      { kind: 'tokens', ids: [3] },
    ]);
  });

  it.each([
    ['inputs', []],
    ['inputs', inputs(2_049)],
    ['inputs[1]', [...inputs(1), engineV1.EmbedInput.fromPartial({})]],
    ['inputs[0].tokens.ids', [engineV1.EmbedInput.fromPartial({ input: tokens([]) })]],
  ])('names %s when it is wrong', (param, given) => {
    expect(() => parseInputs(given)).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
  });
});
