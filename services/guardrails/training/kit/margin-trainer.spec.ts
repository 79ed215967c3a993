import { describe, expect, it } from 'vitest';
import { BagMaker, WindowReader, type Shape } from './bag.js';
import { featureScales } from './feature-scales.js';
import { instancesOf, type Example, type Instance } from './instances.js';
import { largestMargins, trainMargins, type MarginOptions } from './margin-trainer.js';
import { seededRandom } from './stable-hash.js';

const SHAPE: Shape = { bits: 12, windows: [8, 40], smoothing: 20 };
const OPTIONS: MarginOptions = {
  rounds: 3,
  epochs: 20,
  cost: 10,
  rarity: 1,
  contrast: 0.7,
  negativeWindows: 2,
  seed: 3,
};
const FILLER = 'the boats lay still in the harbour all day. ';
const PEOPLE = ['ann', 'bob', 'cleo', 'dan', 'eve', 'finn', 'gus', 'hal'];
const maker = new BagMaker(SHAPE);

function examples(): Example[] {
  const made = (verb: string, positive: boolean) =>
    PEOPLE.map((name, index) => ({
      bag: maker.bagOf(`${FILLER.repeat(index % 3)}please ${verb} the old gate, said ${name}. ${FILLER}`),
      positive,
      weight: 1,
    }));
  return [...made('break', true), ...made('paint', false)].map((one, group) => ({ ...one, group }));
}

describe('trainMargins', () => {
  it('learns what sets texts apart, also deep in a long text, the same on every run', () => {
    const head = trainMargins(examples(), SHAPE, OPTIONS);
    expect(trainMargins(examples(), SHAPE, OPTIONS)).toEqual(head);
    const reader = new WindowReader(SHAPE);
    const margin = (verb: string): number => {
      const text = `${FILLER.repeat(9)}please ${verb} the old gate, said ida. ${FILLER.repeat(9)}`;
      return reader.highest(maker.bagOf(text), head.weights, head.bias);
    };
    expect(margin('break')).toBeGreaterThan(0);
    expect(margin('paint')).toBeLessThan(0);
  });

  it('learns nothing from features of one group only', () => {
    const alone = examples().map((example) => ({ ...example, group: 7 }));
    expect(trainMargins(alone, SHAPE, OPTIONS).weights.every((weight) => weight === 0)).toBe(true);
  });
});

describe('largestMargins', () => {
  const random = seededRandom(5);
  const instances = Array.from({ length: 40 }, (_, index): Instance => {
    const buckets = Uint32Array.from(
      new Set(Array.from({ length: 6 }, () => Math.floor(random() * 12) + (index % 2) * 4)),
    );
    return { buckets, scale: 1 / Math.sqrt(buckets.length), target: index % 2 === 0 ? 1 : 0, weight: 0.5 + random() };
  });
  const scales = Float32Array.from({ length: 16 }, () => 0.5 + random());

  it('finds the optimum: the weights are the sum of what each instance still lacks', () => {
    const cost = 2;
    const { weights, bias } = largestMargins(instances, scales, { epochs: 2_000, cost, seed: 1 });
    const expected = new Float64Array(16);
    let expectedBias = 0;
    for (const { buckets, scale, target, weight } of instances) {
      const sign = target === 1 ? 1 : -1;
      const sum = buckets.reduce((total, bucket) => total + weights[bucket]!, 0);
      const pull = 2 * cost * weight * sign * Math.max(0, 1 - sign * (bias + sum * scale));
      for (const bucket of buckets) expected[bucket]! += pull * scale * scales[bucket]! ** 2;
      expectedBias += pull;
    }
    expect(bias).toBeCloseTo(expectedBias, 3);
    weights.forEach((weight, bucket) => expect(weight).toBeCloseTo(expected[bucket]!, 3));
  });
});

describe('featureScales', () => {
  it('values what is rare and what leans to one answer, and drops what only one group has', () => {
    const bag = (words: string) => maker.bagOf(words);
    const bucket = (word: string): number => bag(word).buckets[0]!;
    const texts = ['sea calm', 'sea calm', 'sea wind', 'sea wind', 'sea once'];
    const made = texts.map((text, index) => ({ bag: bag(text), positive: index < 2, weight: 1, group: index }));
    const plain = featureScales(made, SHAPE, { rarity: 1, contrast: 0 });
    expect(plain[bucket('calm')]).toBeGreaterThan(plain[bucket('sea')]!);
    expect(plain[bucket('once')]).toBe(0);
    const leaning = featureScales(made, SHAPE, { rarity: 0, contrast: 1 });
    expect(leaning[bucket('calm')]).toBeGreaterThan(2 * leaning[bucket('sea')]!);
  });
});

describe('instancesOf', () => {
  it('takes the highest windows: of a negative text a few, of a positive one the best and the best of the largest size', () => {
    const head = { weights: new Float32Array(1 << SHAPE.bits), bias: 0 };
    const bag = maker.bagOf(FILLER.repeat(12));
    const take = (positive: boolean) =>
      instancesOf({ bag, positive, weight: 2, group: 1 }, new WindowReader(SHAPE), 2, head);
    expect(take(false)).toHaveLength(2);
    for (const { weight } of take(false)) expect(weight).toBeCloseTo(Math.SQRT2, 9);
    expect(take(true).map(({ weight }) => weight)).toEqual([1, 1]);
  });
});
