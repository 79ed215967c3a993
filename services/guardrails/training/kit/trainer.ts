import type { SegmentWindow } from '../../src/detector/classifier/windows.js';
import { WindowReader, type Bag, type Shape } from './bag.js';
import { seededRandom, shuffle } from './stable-hash.js';

/** One text with its answer for one label. Texts without an answer are left out. */
export interface Example {
  readonly bag: Bag;
  readonly positive: boolean;
  /** How much it counts; 1 is usual. */
  readonly weight: number;
  /** Texts of one group count as one when rare features are dropped. */
  readonly group: number;
}

export interface TrainerOptions {
  readonly rounds: number;
  readonly epochs: number;
  readonly learningRate: number;
  readonly l2: number;
  /** Windows of a negative text that count per round, highest first. */
  readonly negativeWindows: number;
  readonly seed: number;
}

export interface Head {
  readonly weights: Float32Array;
  readonly bias: number;
}

interface Instance {
  readonly buckets: Uint32Array;
  readonly scale: number;
  readonly target: number;
  readonly weight: number;
}

/**
 * Logistic regression over windows, multiple-instance: a text is positive when its highest window is. Round after round
 * the highest windows under the weights so far are learnt from (AdaGrad, L2); features of one group only are dropped.
 */
export function trainHead(examples: readonly Example[], shape: Shape, options: TrainerOptions): Head {
  const reader = new WindowReader(shape);
  const frequent = bucketsOfSeveralGroups(examples, shape);
  let head: Head | undefined;
  for (let round = 0; round < options.rounds; round++) {
    const instances = examples.flatMap((example) => instancesOf(example, reader, options, head));
    head = descend(instances, frequent, shape, options);
  }
  return head ?? { weights: new Float32Array(1 << shape.bits), bias: 0 };
}

function instancesOf(
  example: Example,
  reader: WindowReader,
  options: TrainerOptions,
  head: Head | undefined,
): Instance[] {
  const windows = head ? highestWindows(example, reader, options, head) : (example.bag.windows.at(-1) ?? []);
  const share =
    example.positive || !head ? 1 / Math.max(1, windows.length) : 1 / Math.sqrt(Math.max(1, windows.length));
  return windows.map((window) => {
    const buckets = reader.distinct(example.bag, window);
    return {
      buckets,
      scale: 1 / reader.norm(buckets.length),
      target: example.positive ? 1 : 0,
      weight: example.weight * share,
    };
  });
}

/** Positive texts: the best window and the best of the largest size. Negative texts: the highest of all sizes. */
function highestWindows(example: Example, reader: WindowReader, options: TrainerOptions, head: Head): SegmentWindow[] {
  const ranked = example.bag.windows.flatMap((windows, size) => {
    const margins = reader.margins(example.bag, windows, head.weights, head.bias);
    return windows.map((window, index) => ({ window, size, margin: margins[index]! }));
  });
  ranked.sort((one, other) => other.margin - one.margin);
  if (!example.positive) return ranked.slice(0, options.negativeWindows).map((entry) => entry.window);
  const largest = ranked.find((entry) => entry.size === example.bag.windows.length - 1);
  return [ranked[0], largest].flatMap((entry) => (entry ? [entry.window] : []));
}

/** The mean of the weights after the later epochs: the order of the examples matters less to it than to the last ones. */
function descend(instances: readonly Instance[], frequent: Uint8Array, shape: Shape, options: TrainerOptions): Head {
  const weights = new Float32Array(1 << shape.bits);
  const squares = new Float32Array(1 << shape.bits);
  const order = Int32Array.from(instances, (_, index) => index);
  const random = seededRandom(options.seed);
  const mean = { weights: new Float32Array(1 << shape.bits), bias: 0 };
  const firstCounted = Math.floor(options.epochs / 3);
  let bias = 0;
  let biasSquares = 1;
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    shuffle(order, random);
    for (const index of order) {
      const instance = instances[index]!;
      let sum = 0;
      for (const bucket of instance.buckets) sum += weights[bucket]!;
      const error = instance.weight * (1 / (1 + Math.exp(-(bias + sum * instance.scale))) - instance.target);
      const gradient = error * instance.scale;
      for (const bucket of instance.buckets) {
        if (frequent[bucket] === 0) continue;
        const slope = gradient + options.l2 * weights[bucket]!;
        squares[bucket]! += slope * slope;
        weights[bucket]! -= (options.learningRate * slope) / Math.sqrt(squares[bucket]! + 1e-6);
      }
      biasSquares += error * error;
      bias -= (options.learningRate * error) / Math.sqrt(biasSquares);
    }
    if (epoch < firstCounted) continue;
    const share = 1 / (options.epochs - firstCounted);
    for (let bucket = 0; bucket < weights.length; bucket++) mean.weights[bucket]! += weights[bucket]! * share;
    mean.bias += bias * share;
  }
  return mean;
}

function bucketsOfSeveralGroups(examples: readonly Example[], shape: Shape): Uint8Array {
  const firstGroup = new Int32Array(1 << shape.bits).fill(-1);
  const several = new Uint8Array(1 << shape.bits);
  for (const { bag, group } of examples) {
    for (const bucket of bag.buckets) {
      if (firstGroup[bucket] === -1) firstGroup[bucket] = group;
      else if (firstGroup[bucket] !== group) several[bucket] = 1;
    }
  }
  return several;
}
