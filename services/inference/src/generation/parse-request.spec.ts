import { engineV1 } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { parseGenerateRequest } from './parse-request.js';

const text = { $case: 'text', value: 'Hello' } as const;

function parse(partial: Parameters<typeof engineV1.GenerateRequest.fromPartial>[0]) {
  return parseGenerateRequest(engineV1.GenerateRequest.fromPartial({ prompt: text, ...partial }));
}

describe('parseGenerateRequest', () => {
  it('keeps what was given and leaves the rest to the deployment', () => {
    expect(parse({ tenant: 'p', options: { maxTokens: 5, temperature: 0, stop: ['x'] } })).toEqual({
      requestId: '',
      tenant: 'p',
      prompt: { kind: 'text', text: 'Hello' },
      options: { maxTokens: 5, temperature: 0, topP: undefined, seed: undefined, stop: ['x'] },
    });
    expect(parse({}).options.stop).toEqual([]);
  });

  it.each([
    ['prompt', { prompt: undefined }],
    ['prompt.text', { prompt: { $case: 'text' as const, value: '' } }],
    ['prompt.chat.turns', { prompt: { $case: 'chat' as const, value: { turns: [] } } }],
    ['prompt.chat.turns[0].role', { prompt: { $case: 'chat' as const, value: { turns: [{ content: 'x' }] } } }],
    ['options.max_tokens', { options: { maxTokens: 0 } }],
    ['options.temperature', { options: { temperature: -0.1 } }],
    ['options.temperature', { options: { temperature: Number.NaN } }],
    ['options.top_p', { options: { topP: 1.5 } }],
    ['options.stop', { options: { stop: Array.from({ length: 17 }, () => 'x') } }],
    ['options.stop[1]', { options: { stop: ['a', ''] } }],
    ['options.stop[0]', { options: { stop: ['a'.repeat(513)] } }],
  ])('names %s when it is wrong', (param, partial) => {
    expect(() => parse(partial)).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
  });
});
