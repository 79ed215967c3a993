import { WeirError } from '@weir/errors';
import { rowBytes, type TensorType } from '../format/tensor-types.js';
import { q41, q51 } from './affine.js';
import type { BlockFormat } from './block-format.js';
import { q4k, q5k } from './k-affine.js';
import { q6k } from './k-symmetric.js';
import { bf16, f16, f32 } from './plain.js';
import { q40, q50, q80 } from './symmetric.js';

const FORMATS = {
  F32: f32,
  F16: f16,
  BF16: bf16,
  Q4_0: q40,
  Q4_1: q41,
  Q5_0: q50,
  Q5_1: q51,
  Q8_0: q80,
  Q4_K: q4k,
  Q5_K: q5k,
  Q6_K: q6k,
} as const satisfies Partial<Record<TensorType, BlockFormat>>;

/** Types whose weights can be read and written here. */
export type CodecType = keyof typeof FORMATS;

export function isCodecType(type: TensorType): type is CodecType {
  return type in FORMATS;
}

/** Whether weights of the type have lost precision: anything but F32, F16 and BF16. */
export function isQuantized(type: TensorType): boolean {
  return type !== 'F32' && type !== 'F16' && type !== 'BF16';
}

/**
 * The weights that these bytes stand for.
 * @param bytes whole blocks
 * @throws WeirError invalid_request when the bytes are no whole number of blocks
 */
export function dequantize(type: CodecType, bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const format = FORMATS[type];
  if (bytes.length % format.bytes !== 0) {
    throw new WeirError('invalid_request', `${bytes.length} bytes are no whole number of ${type} blocks.`);
  }
  const out = new Float32Array((bytes.length / format.bytes) * format.weights);
  format.dequantize(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), out);
  return out;
}

/**
 * The bytes of the type that stand for these weights, as llama.cpp makes them without an importance matrix.
 * @param weights whole blocks
 * @throws WeirError invalid_request when the weights are no whole number of blocks
 */
export function quantize(type: CodecType, weights: Float32Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(rowBytes(type, weights.length));
  FORMATS[type].quantize(weights, new DataView(out.buffer));
  return out;
}
