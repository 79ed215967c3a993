import { WindowReader, type Shape } from './bag.js';
import { featureScales, type ScaleOptions } from './feature-scales.js';
import { instancesOf, type Example, type Head, type Instance } from './instances.js';
import { seededRandom, shuffle } from './stable-hash.js';

export interface MarginOptions extends ScaleOptions {
  readonly rounds: number;
  readonly epochs: number;
  /** What a text on the wrong side costs against the square of the weights. */
  readonly cost: number;
  /** Windows of a negative text that count per round, highest first. */
  readonly negativeWindows: number;
  readonly seed: number;
}

/**
 * A support vector machine over windows, multiple-instance: a text is positive when its highest window is. Round after
 * round the highest windows under the weights so far are learnt from, anew each time.
 */
export function trainMargins(examples: readonly Example[], shape: Shape, options: MarginOptions): Head {
  const reader = new WindowReader(shape);
  const scales = featureScales(examples, shape, options);
  let head: Head | undefined;
  for (let round = 0; round < options.rounds; round++) {
    const instances = examples.flatMap((example) => instancesOf(example, reader, options.negativeWindows, head));
    head = largestMargins(instances, scales, options);
  }
  return head ?? { weights: new Float32Array(1 << shape.bits), bias: 0 };
}

/**
 * Weights that minimise half their squares plus the cost of squared hinge losses, by dual coordinate descent (Hsieh et al.
 * 2008): one multiplier per instance, moved to its optimum while the others stand still. The bias is a feature like others.
 */
export function largestMargins(
  instances: readonly Instance[],
  scales: Float32Array,
  options: Pick<MarginOptions, 'epochs' | 'cost' | 'seed'>,
): Head {
  const weights = new Float64Array(scales.length);
  const multipliers = new Float64Array(instances.length);
  const squares = Float64Array.from(instances, (instance) => squareOf(instance, scales));
  const order = Int32Array.from(instances, (_, index) => index);
  const random = seededRandom(options.seed);
  let bias = 0;
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    shuffle(order, random);
    for (const index of order) {
      const { buckets, scale, target, weight } = instances[index]!;
      const sign = target === 1 ? 1 : -1;
      const softness = 1 / (2 * options.cost * weight);
      let sum = 0;
      for (const bucket of buckets) sum += weights[bucket]! * scales[bucket]!;
      const before = multipliers[index]!;
      const missing = 1 - sign * (bias + sum * scale) - before * softness;
      const after = Math.max(0, before + missing / (squares[index]! + softness));
      if (after === before) continue;
      multipliers[index] = after;
      const step = (after - before) * sign;
      for (const bucket of buckets) weights[bucket]! += step * scale * scales[bucket]!;
      bias += step;
    }
  }
  return { weights: Float32Array.from(weights, (weight, bucket) => weight * scales[bucket]!), bias };
}

function squareOf({ buckets, scale }: Instance, scales: Float32Array): number {
  let sum = 1;
  for (const bucket of buckets) sum += (scale * scales[bucket]!) ** 2;
  return sum;
}
