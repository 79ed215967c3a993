import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Token } from '../../../engine/node_modules/node-llama-cpp/dist/index.js';
import { NativeScorer } from '../../../engine/src/sampling/scorer.js';
import { FakeNative } from './fake-native.js';

function softmax(logits: readonly number[]): number[] {
  const max = Math.max(...logits);
  const weight = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - max), 0));
  return logits.map((logit) => logit - max - weight);
}

const score = (logits: readonly number[], token: number, alternatives: number) =>
  new NativeScorer(new FakeNative(logits)).score(0, token as Token, alternatives);

describe('NativeScorer', () => {
  it('gives the logarithms of the softmax over the whole vocabulary, for every token and any alternatives', async () => {
    const logits = fc.uniqueArray(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 3, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(logits, fc.nat(), fc.nat(20), async (values, pick, alternatives) => {
        const exact = softmax(values);
        const token = pick % values.length;
        const { logprob, top } = await score(values, token, alternatives);
        expect(Math.abs(logprob - exact[token]!)).toBeLessThan(2e-4);
        expect(top).toHaveLength(Math.min(alternatives, values.length));
        for (const entry of top) expect(Math.abs(entry.logprob - exact[entry.token]!)).toBeLessThan(2e-4);
        const sorted = [...top].sort((a, b) => b.logprob - a.logprob);
        expect(top.map((entry) => entry.logprob)).toEqual(sorted.map((entry) => entry.logprob));
        const own = top.find((entry) => entry.token === token);
        if (own) expect(own.logprob).toBe(logprob);
        expect(logprob).toBeLessThanOrEqual(top[0]?.logprob ?? 0);
      }),
      { numRuns: 300 },
    );
  });

  it('gives a number for what is as good as impossible', async () => {
    expect((await score([10, 0, -95], 2, 0)).logprob).toBeCloseTo(-105, 1);
    expect((await score([100, 0, -900], 2, 0)).logprob).toBe(-9_999);
  });

  it('scores a few positions at a time, on samplers of their own that it keeps', async () => {
    const native = new FakeNative([3, 2, 1]);
    const scorer = new NativeScorer(native);
    const scores = await Promise.all(
      Array.from({ length: 40 }, (_, index) => scorer.score(0, (index % 3) as Token, 2)),
    );
    expect(new Set(scores.map(({ logprob }) => logprob)).size).toBe(3);
    expect(native.mostBusy).toBe(4);
    expect(native.samplers).toHaveLength(8);
  });
});
