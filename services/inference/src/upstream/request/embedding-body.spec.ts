import { describe, expect, it } from 'vitest';
import type { DeploymentState } from '@weir/contracts';
import { embeddingRequests, embeddingTokensEstimate, readEmbeddings } from './embedding-body.js';

const deployment = { model_name: 'm', engine: { upstream_model: '' } } as DeploymentState;
const text = (value: string) => ({ kind: 'text', text: value }) as const;

describe('embeddingRequests', () => {
  it('takes as many inputs as the API does, and keeps texts and tokens apart', () => {
    const many = Array.from({ length: 2_050 }, () => text('a'));
    const requests = embeddingRequests([...many, { kind: 'tokens', ids: [1, 2] }, text('z')], deployment);
    expect(requests.map(({ inputs }) => inputs)).toEqual([2_048, 2, 1, 1]);
    expect(requests.map(({ body }) => (JSON.parse(body) as { input: unknown[] }).input.at(-1))).toEqual([
      'a',
      'a',
      [1, 2],
      'z',
    ]);
    expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({ model: 'm', encoding_format: 'float' });
  });

  it('estimates tokens from bytes', () => {
    expect(embeddingTokensEstimate([text('0123456789'), { kind: 'tokens', ids: [1, 2] }])).toBe(5);
  });
});

describe('readEmbeddings', () => {
  const item = (index: number | undefined, ...embedding: number[]) => ({ index, embedding });
  const usage = { prompt_tokens: 4 };

  it('puts vectors in the order of their inputs', () => {
    const read = readEmbeddings({ data: [item(1, 2), item(0, 1)], usage }, 2);
    expect(read).toEqual({ vectors: [[1], [2]], inputTokens: 4 });
    expect(readEmbeddings({ data: [item(undefined, 1), item(undefined, 2)], usage }, 2).vectors).toEqual([[1], [2]]);
  });

  it.each([
    ['nothing', undefined],
    ['too few', { data: [item(0, 1)], usage }],
    ['one twice', { data: [item(0, 1), item(0, 2)], usage }],
    ['a place that is none', { data: [item(0, 1), item(7, 2)], usage }],
    ['no numbers', { data: [item(0, 1), { index: 1, embedding: 'AAAA' }], usage }],
    ['an empty vector', { data: [item(0, 1), item(1)], usage }],
    ['no usage', { data: [item(0, 1), item(1, 2)] }],
    ['a negative usage', { data: [item(0, 1), item(1, 2)], usage: { prompt_tokens: -1 } }],
  ])('refuses %s', (_what, answer) => {
    expect(() => readEmbeddings(answer, 2)).toThrow(expect.objectContaining({ code: 'upstream_error' }));
  });
});
