import { describe, expect, it } from 'vitest';
import type { Token } from '../../../engine/node_modules/node-llama-cpp/dist/index.js';
import type { SamplingOptions } from '../../../engine/src/protocol.js';
import { ChainSampler } from '../../../engine/src/sampling/token-sampler.js';
import { greedy } from '../batch/fake-model.js';
import { FakeNative } from './fake-native.js';

const END = 0 as Token;

function sampler(sampling: Partial<SamplingOptions>, logits = [5, 4, 3]) {
  const native = new FakeNative(logits);
  const endTokens = () => [END];
  const start = { sampling: { ...greedy, ...sampling }, promptTokens: [], endTokens, grammar: undefined };
  return { chain: new ChainSampler(native, start), native };
}

describe('ChainSampler', () => {
  it('lets the answer end only after so many tokens', async () => {
    const { chain, native } = sampler({ minTokens: 2 });
    const sampled = [];
    for (let turn = 0; turn < 4; turn++) sampled.push(await chain.sample(0));
    expect(sampled).toEqual([1, 1, END, END]);
    expect(native.samplers[0]!.configured).toBe(2);
  });

  it('never lets it end when that was asked for, and configures nothing per token', async () => {
    const { chain, native } = sampler({ ignoreEos: true });
    for (let turn = 0; turn < 20; turn++) expect(await chain.sample(0)).toBe(1);
    expect(native.samplers[0]!.configured).toBe(1);
  });

  it('says so when nothing is left to sample', async () => {
    const { chain } = sampler({
      logitBias: [
        [0, -100],
        [1, -100],
        [2, -100],
      ],
    });
    await expect(chain.sample(0)).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('frees its native sampler', () => {
    const { chain, native } = sampler({});
    chain[Symbol.dispose]();
    expect(native.samplers[0]!.disposed).toBe(true);
  });
});
