import { FEATURES_VERSION } from '../../src/detector/classifier/features.js';
import { encodeWeight, type LinearModel } from '../../src/detector/classifier/linear-model.js';
import type { Shape } from './bag.js';
import type { Head } from './instances.js';

/** A trained label with its calibration. */
export interface CalibratedHead {
  readonly name: string;
  readonly head: Head;
  readonly slope: number;
  readonly offset: number;
}

/** Puts heads of one shape into one model; weights become 8-bit codes. */
export function buildModel(
  name: string,
  shape: Shape,
  heads: readonly CalibratedHead[],
  provenance: Readonly<Record<string, string>>,
): LinearModel {
  const buckets = 1 << shape.bits;
  const weights = new Int8Array(buckets * heads.length);
  const labels = heads.map(({ name: label, head, slope, offset }, index) => {
    const scale = head.weights.reduce((highest, weight) => Math.max(highest, Math.abs(weight)), 0);
    for (let bucket = 0; bucket < buckets; bucket++) {
      weights[bucket * heads.length + index] = encodeWeight(head.weights[bucket]!, scale);
    }
    return { name: label, bias: head.bias, scale, slope, offset };
  });
  return { name, features: FEATURES_VERSION, ...shape, labels, provenance, weights };
}
