import { describe, expect, it } from 'vitest';
import { WeirError } from '@weir/errors';
import type { Prompt } from '../generation/generation.js';
import type { Dialect } from './capacity/dialect.js';
import type { UpstreamEndpoint } from './upstream-endpoints.js';
import { UpstreamTokenizer } from './upstream-tokenizer.js';

const turn = { role: 'user', content: 'hi', name: '', toolCalls: [], toolCallId: '' };
const CHAT: Prompt = { kind: 'chat', turns: [turn] };
const TEXT: Prompt = { kind: 'text', text: 'hi' };

/** A tokenizer whose server answers in turn; what it was asked. */
function tokenizerOf(dialect: Dialect | undefined, answers: readonly (string | Error)[]) {
  const asked: { path: string; body: unknown }[] = [];
  const left = [...answers];
  const client = {
    askServer: async ({ path, body }: { path: string; body: string }) => {
      asked.push({ path, body: JSON.parse(body) });
      const answer = left.shift() ?? '{}';
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const endpoint = { url: '', dialect, client } as unknown as UpstreamEndpoint;
  return { asked, tokenizer: new UpstreamTokenizer(endpoint, 'm') };
}

describe('UpstreamTokenizer', () => {
  it('asks vLLM', async () => {
    const { asked, tokenizer } = tokenizerOf('vllm', ['{"tokens":[1,2]}', '{"tokens":[3]}', '{"prompt":"hi"}']);
    expect(await tokenizer.tokenize(TEXT, false)).toEqual([1, 2]);
    expect(await tokenizer.tokenize(CHAT, true)).toEqual([3]);
    expect(await tokenizer.detokenize([1, 2])).toBe('hi');
    expect(asked).toEqual([
      { path: '/tokenize', body: { model: 'm', prompt: 'hi', add_special_tokens: false } },
      { path: '/tokenize', body: { model: 'm', messages: [{ role: 'user', content: 'hi' }] } },
      { path: '/detokenize', body: { model: 'm', tokens: [1, 2] } },
    ]);
  });

  it('lets llama-server make the text of a chat first', async () => {
    const { asked, tokenizer } = tokenizerOf('llamacpp', [
      '{"prompt":"<user>hi"}',
      '{"tokens":[7]}',
      '{"content":"x"}',
    ]);
    expect(await tokenizer.tokenize(CHAT, true)).toEqual([7]);
    expect(await tokenizer.detokenize([7])).toBe('x');
    expect(asked.slice(0, 2)).toEqual([
      { path: '/apply-template', body: { messages: [{ role: 'user', content: 'hi' }] } },
      { path: '/tokenize', body: { content: '<user>hi', add_special: true, parse_special: true } },
    ]);
  });

  it('asks nobody for tokens that are there, or a server that has none', async () => {
    const { asked, tokenizer } = tokenizerOf(undefined, []);
    expect(await tokenizer.tokenize({ kind: 'tokens', ids: [5] }, true)).toEqual([5]);
    await expect(tokenizer.tokenize(TEXT, true)).rejects.toMatchObject({ code: 'unimplemented' });
    expect(asked).toEqual([]);
  });

  it.each([
    ['no page', new WeirError('model_not_found', 'm'), 'unimplemented'],
    ['a failure', new WeirError('upstream_error', 'm'), 'upstream_error'],
    ['no JSON', '<html>', 'upstream_error'],
    ['no tokens', '{"tokens":["a"]}', 'upstream_error'],
    ['nothing', 'null', 'upstream_error'],
  ])('fails where the server has %s', async (_what, answer, code) => {
    await expect(tokenizerOf('vllm', [answer]).tokenizer.tokenize(TEXT, true)).rejects.toMatchObject({ code });
  });
});
