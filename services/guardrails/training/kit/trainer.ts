import { WindowReader, type Shape } from './bag.js';
import { instancesOf, type Example, type Head, type Instance } from './instances.js';
import { seededRandom, shuffle } from './stable-hash.js';

export interface TrainerOptions {
  readonly rounds: number;
  readonly epochs: number;
  readonly learningRate: number;
  readonly l2: number;
  /** Windows of a negative text that count per round, highest first. */
  readonly negativeWindows: number;
  readonly seed: number;
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
    const instances = examples.flatMap((example) => instancesOf(example, reader, options.negativeWindows, head));
    head = descend(instances, frequent, shape, options);
  }
  return head ?? { weights: new Float32Array(1 << shape.bits), bias: 0 };
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
