import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Classifier } from '../../src/detector/classifier/classifier.js';
import { loadModel } from '../../src/detector/classifier/load-model.js';
import { writeModel } from '../../src/detector/classifier/linear-model.js';
import { BagMaker, WindowReader, type Shape } from './bag.js';
import { buildModel } from './build-model.js';
import { offsetForFalseAlarms, slopeAt } from './calibration.js';
import { splitOf } from './folds.js';
import { nearDuplicateGroups } from './groups.js';
import { percent, wilson } from './report.js';
import { seededRandom, stableHash } from './stable-hash.js';
import type { Example } from './instances.js';
import { trainHead, type TrainerOptions } from './trainer.js';

const SHAPE: Shape = { bits: 12, windows: [8, 40], smoothing: 20 };
const OPTIONS: TrainerOptions = { rounds: 2, epochs: 6, learningRate: 0.5, l2: 1e-5, negativeWindows: 2, seed: 3 };
const FILLER = 'the boats lay still in the harbour all day. ';
const PEOPLE = ['ann', 'bob', 'cleo', 'dan', 'eve', 'finn', 'gus', 'hal'];

function textsOf(verb: string): string[] {
  return PEOPLE.map((name, index) => `${FILLER.repeat(index % 3)}please ${verb} the old gate, said ${name}. ${FILLER}`);
}

function examples(): Example[] {
  const maker = new BagMaker(SHAPE);
  const made = (verb: string, positive: boolean) =>
    textsOf(verb).map((text) => ({ bag: maker.bagOf(text), positive, weight: 1 }));
  return [...made('break', true), ...made('paint', false)].map((one, group) => ({ ...one, group }));
}

describe('trainer', () => {
  it('learns what sets texts apart, the same on every run, and the shipped model says the same', () => {
    const head = trainHead(examples(), SHAPE, OPTIONS);
    expect(trainHead(examples(), SHAPE, OPTIONS)).toEqual(head);
    const reader = new WindowReader(SHAPE);
    const maker = new BagMaker(SHAPE);
    const margin = (text: string): number => reader.highest(maker.bagOf(text), head.weights, head.bias);
    const bad = `${FILLER.repeat(9)}please break the old gate, said ida. ${FILLER}`;
    const good = `${FILLER.repeat(9)}please paint the old gate, said ida. ${FILLER}`;
    expect(margin(bad)).toBeGreaterThan(margin(good) + 1);
    const model = buildModel('t', SHAPE, [{ name: 'x', head, slope: 1, offset: 0 }], {});
    const shipped = new Classifier(loadModel(writeModel(model)));
    for (const text of [bad, good]) {
      expect(shipped.scores(text)[0]!.score).toBeCloseTo(1 / (1 + Math.exp(-margin(text))), 1);
    }
  });

  it('drops features of one group only', () => {
    const alone = examples().map((example) => ({ ...example, group: 7 }));
    expect(trainHead(alone, SHAPE, OPTIONS).weights.every((weight) => weight === 0)).toBe(true);
  });

  it('counts each different feature of a window once', () => {
    const bag = new BagMaker(SHAPE).bagOf('one two three four. one two three four.');
    const reader = new WindowReader(SHAPE);
    const whole = bag.windows[1]![0]!;
    const distinct = reader.distinct(bag, whole);
    expect(new Set(distinct).size).toBe(distinct.length);
    const ones = new Float32Array(1 << SHAPE.bits).fill(1);
    expect(reader.margins(bag, [whole], ones, 0)[0]).toBeCloseTo(distinct.length / reader.norm(distinct.length), 6);
  });
});

describe('split', () => {
  const long = 'the quick brown fox jumps over the lazy dog and runs away from here';

  it('puts near-duplicates into one group, and others not', () => {
    const [one, same, other] = nearDuplicateGroups([
      long,
      `${long.toUpperCase()}!`,
      'a wholly different sentence about boats',
    ]);
    expect(one).toBe(same);
    expect(other).not.toBe(one);
  });

  it('keeps groups together, whatever the order of the rows', () => {
    const texts = Array.from(
      { length: 60 },
      (_, index) => `row ${index} tells of ${stableHash(`${index}`)} and ${index * 7} things`,
    );
    const rows = [...texts, ...texts.map((text) => `${text}.`)];
    const split = splitOf(rows, 5);
    const turned = splitOf(rows.toReversed(), 5);
    rows.forEach((_, index) => {
      const twin = (index + texts.length) % rows.length;
      expect(split.heldOut[index]).toBe(split.heldOut[twin]);
      expect(split.fold[index]).toBe(turned.fold[rows.length - 1 - index]);
    });
    expect(split.heldOut.some(Boolean)).toBe(true);
    expect(new Set(split.fold).size).toBe(5);
  });
});

describe('calibration', () => {
  it('lets at most the asked share of negatives pass the offset', () => {
    const margins = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 5, maxLength: 60 });
    fc.assert(
      fc.property(margins, fc.double({ min: 0, max: 0.5, noNaN: true }), (values, rate) => {
        const judged = values.map((margin) => ({ margin, positive: false }));
        const offset = offsetForFalseAlarms(judged, rate);
        const above = new Set(values).size === values.length ? values.filter((value) => value > offset).length : 0;
        expect(above).toBeLessThanOrEqual(Math.floor(rate * values.length));
      }),
    );
  });

  it('is steeper the better the classes are apart', () => {
    const judged = (noise: number) =>
      Array.from({ length: 40 }, (_, index) => ({
        margin: (index % 2 ? 1 : -1) + (index % 5 === 0 ? noise : 0),
        positive: index % 2 === 1,
      }));
    expect(slopeAt(judged(0), 0)).toBeGreaterThan(slopeAt(judged(-2), 0));
  });
});

describe('report', () => {
  it('gives the interval of Wilson', () => {
    const { low, high } = wilson({ count: 8, of: 10 });
    expect(low).toBeCloseTo(0.4902, 3);
    expect(high).toBeCloseTo(0.9433, 3);
    expect(percent({ count: 1, of: 4 })).toBe('25.0 % (1/4) [4.6, 69.9]');
    expect(percent({ count: 0, of: 0 })).toBe('-');
  });

  it('draws random numbers that depend on the seed only', () => {
    const draw = (seed: number): number[] => Array.from({ length: 5 }, seededRandom(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(draw(1).every((value) => value >= 0 && value < 1)).toBe(true);
  });
});
