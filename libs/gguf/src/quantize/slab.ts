import { WeirError } from '@weir/errors';
import { dequantize, quantize, type CodecType } from '../blocks/codec.js';

/** Some rows of one tensor and what is to become of them. */
export interface Slab {
  readonly from: CodecType;
  readonly to: CodecType;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Largest finite half float: scales and F16 weights cannot hold more. */
const LARGEST = 65_504;

/**
 * The rows in their new type.
 * @throws WeirError invalid_request for weights that are no finite numbers, or larger than the new type can hold
 */
export function convertSlab({ from, to, bytes }: Slab): Uint8Array<ArrayBuffer> {
  const weights = dequantize(from, bytes);
  const limit = to === 'F32' || to === 'BF16' ? Number.MAX_VALUE : LARGEST;
  for (let i = 0; i < weights.length; i += 1) {
    // Also true for a NaN.
    if (!(Math.abs(weights[i]!) <= limit))
      throw new WeirError('invalid_request', `the weight ${weights[i]} fits no ${to}`);
  }
  return quantize(to, weights);
}
