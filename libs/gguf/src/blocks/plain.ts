import type { BlockFormat } from './block-format.js';

export const f32: BlockFormat = {
  weights: 1,
  bytes: 4,
  dequantize(source, out) {
    for (let i = 0; i < out.length; i += 1) out[i] = source.getFloat32(i * 4, true);
  },
  quantize(weights, out) {
    for (let i = 0; i < weights.length; i += 1) out.setFloat32(i * 4, weights[i]!, true);
  },
};

export const f16: BlockFormat = {
  weights: 1,
  bytes: 2,
  dequantize(source, out) {
    for (let i = 0; i < out.length; i += 1) out[i] = source.getFloat16(i * 2, true);
  },
  quantize(weights, out) {
    for (let i = 0; i < weights.length; i += 1) out.setFloat16(i * 2, weights[i]!, true);
  },
};

/** The upper half of a 32-bit float. */
export const bf16: BlockFormat = {
  weights: 1,
  bytes: 2,
  dequantize(source, out) {
    const bits = new Uint32Array(out.buffer, out.byteOffset, out.length);
    for (let i = 0; i < out.length; i += 1) bits[i] = source.getUint16(i * 2, true) << 16;
  },
  quantize(weights, out) {
    const bits = new Uint32Array(weights.buffer, weights.byteOffset, weights.length);
    for (let i = 0; i < bits.length; i += 1) out.setUint16(i * 2, roundedToUpperHalf(bits[i]!), true);
  },
};

/** To nearest, ties to even; a NaN stays one. */
function roundedToUpperHalf(bits: number): number {
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}
