import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareDistributions } from '../engine/src/measure/compare-distributions.js';
import { chunksOf } from '../engine/src/measure/corpus-chunks.js';
import { PositionPairs } from '../engine/src/measure/position-pairs.js';
import { requireSameTokens, requireSameVocabulary } from '../engine/src/measure/same-vocabulary.js';

describe('comparing two distributions', () => {
  const weights = (...values: number[]) => Float32Array.from(values);

  it('gives the divergence in nats, the surprise of both and whether they agree', () => {
    const { kl, parentNll, candidateNll, sameTop } = compareDistributions(weights(0.5, 0.5), weights(0.9, 0.1), 1);
    expect(kl).toBeCloseTo(0.5 * Math.log(0.5 / 0.9) + 0.5 * Math.log(0.5 / 0.1), 7);
    expect(parentNll).toBeCloseTo(Math.log(2), 7);
    expect(candidateNll).toBeCloseTo(Math.log(10), 6);
    expect(sameTop).toBe(true);
    expect(compareDistributions(weights(0.4, 0.6), weights(0.6, 0.4), 0).sameTop).toBe(false);
  });

  it('stays finite where a weight underflowed', () => {
    const { kl, candidateNll } = compareDistributions(weights(0.5, 0.5, 0), weights(1, 0, 0), 1);
    expect(kl).toBeGreaterThan(45);
    expect(Number.isFinite(kl)).toBe(true);
    expect(candidateNll).toBeCloseTo(149 * Math.log(2), 6);
  });

  it('agrees with the formula over exact log-softmaxes, whatever the weights sum to', () => {
    const logits = fc.array(fc.double({ min: -30, max: 0, noNaN: true }), { minLength: 8, maxLength: 8 });
    const scale = fc.double({ min: 0.9, max: 1.1, noNaN: true });
    fc.assert(
      fc.property(logits, logits, scale, fc.nat(7), (parent, candidate, factor, next) => {
        const weigh = (from: number[], by: number) => Float32Array.from(from, (logit) => Math.exp(logit) * by);
        const compared = compareDistributions(weigh(parent, 1), weigh(candidate, factor), next);
        const [p, q] = [logSoftmax(parent), logSoftmax(candidate)];
        const exact = p.reduce((sum, log, token) => sum + Math.exp(log) * (log - q[token]!), 0);
        expect(compared.kl).toBeCloseTo(exact, 5);
        expect(compared.kl).toBeGreaterThanOrEqual(0);
        expect(compared.parentNll).toBeCloseTo(-p[next]!, 5);
        expect(compared.candidateNll).toBeCloseTo(-q[next]!, 5);
      }),
    );
  });

  it('finds nothing between a distribution and itself, not even rounding', () => {
    const positive = fc.array(fc.float({ min: Math.fround(1e-30), max: 1, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(positive, (values) => {
        const same = compareDistributions(weights(...values), weights(...values), 0);
        expect([same.kl, same.sameTop]).toEqual([0, true]);
      }),
    );
  });
});

describe('chunks of a text', () => {
  it('have context in their first half, and know what comes next', () => {
    const text = Array.from({ length: 40 }, (_, n) => n);
    const [first, second, ...rest] = chunksOf(text, { chunkTokens: 16, maxPositions: 0, bos: 99 });
    expect(rest).toEqual([]);
    expect(first).toEqual({ tokens: [99, ...text.slice(1, 15)], from: 8, next: text.slice(9, 16) });
    expect(second).toMatchObject({ from: 8, next: text.slice(25, 32) });
    expect(chunksOf(text, { chunkTokens: 16, maxPositions: 0, bos: undefined })[0]?.tokens[0]).toBe(0);
  });

  it('give as many positions as were asked for, if the text has them, each with its own token', () => {
    const length = fc.integer({ min: 0, max: 300 });
    fc.assert(
      fc.property(length, fc.integer({ min: 16, max: 64 }), fc.nat(200), (tokens, chunkTokens, maxPositions) => {
        const text = Array.from({ length: tokens }, (_, n) => n);
        const chunks = chunksOf(text, { chunkTokens, maxPositions, bos: undefined });
        const size = Math.min(chunkTokens, tokens);
        const most = size < 16 ? 0 : Math.floor(tokens / size) * (size - 1 - Math.floor(size / 2));
        const positions = chunks.reduce((sum, { next }) => sum + next.length, 0);
        expect(positions).toBe(maxPositions ? Math.min(most, maxPositions) : most);
        for (const { tokens: read, from, next } of chunks) {
          expect(read.length).toBe(from + next.length);
          expect(next).toEqual(next.map((_, at) => read[from + at]! + 1));
        }
      }),
    );
  });
});

describe('pairs of positions', () => {
  it('are compared in their places, in whatever order they come', () => {
    const pairs = new PositionPairs([0, 1]);
    const [low, high] = [Float32Array.of(0.25, 0.75), Float32Array.of(0.75, 0.25)];
    pairs.add('candidate', 1, high);
    pairs.add('candidate', 0, low);
    pairs.add('parent', 0, low);
    pairs.add('parent', 1, low);
    expect(pairs.compared.sameTop).toEqual([true, false]);
    expect(pairs.compared.kl[0]).toBe(0);
    expect(pairs.compared.kl[1]).toBeCloseTo(0.5 * Math.log(3), 7);
    expect(pairs.compared.parentNll[1]).toBeCloseTo(-Math.log(0.75), 7);
    expect(pairs.compared.candidateNll[1]).toBeCloseTo(-Math.log(0.25), 7);
  });
});

describe('vocabularies', () => {
  it.each([
    [['a', 'b'], ['a'], '2 tokens in the parent, 1 in the candidate'],
    [['a', 'b'], ['a', 'c'], 'token 1 is "b" in the parent, "c" in the candidate'],
  ])('%j and %j differ', (parent, candidate, how) => {
    const error = expect.objectContaining({ code: 'invalid_request', message: expect.stringContaining(how) as string });
    expect(() => requireSameVocabulary(parent, candidate)).toThrowError(error);
  });

  it('must also cut the text alike', () => {
    expect(() => requireSameTokens([1, 2], [1, 3])).toThrowError(/different tokens/);
    expect(() => requireSameTokens([1, 2], [1, 2])).not.toThrow();
  });
});

function logSoftmax(logits: readonly number[]): number[] {
  const most = Math.max(...logits);
  const sum = Math.log(logits.reduce((total, logit) => total + Math.exp(logit - most), 0));
  return logits.map((logit) => logit - most - sum);
}
