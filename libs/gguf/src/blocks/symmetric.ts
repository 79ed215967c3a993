import { inverse, readScale, roundHalfAway, writeScale, type BlockFormat } from './block-format.js';

const WEIGHTS = 32;
const HALF = 16;

/** 32 weights as scale x signed byte; the scale is the largest magnitude / 127. */
export const q80: BlockFormat = {
  weights: WEIGHTS,
  bytes: 34,
  dequantize(source, out) {
    for (let block = 0, at = 0; at < out.length; block += 34, at += WEIGHTS) {
      const scale = readScale(source, block);
      for (let j = 0; j < WEIGHTS; j += 1) out[at + j] = scale * source.getInt8(block + 2 + j);
    }
  },
  quantize(weights, out) {
    for (let block = 0, at = 0; at < weights.length; block += 34, at += WEIGHTS) {
      const scale = Math.fround(Math.abs(extremeOf(weights, at)) / 127);
      const inverted = inverse(scale);
      writeScale(out, block, scale);
      for (let j = 0; j < WEIGHTS; j += 1) {
        out.setInt8(block + 2 + j, roundHalfAway(Math.fround(weights[at + j]! * inverted)));
      }
    }
  },
};

/** 32 weights as scale x (0..15 - 8); element j in the low half of byte j, element j + 16 in its high half. */
export const q40: BlockFormat = {
  weights: WEIGHTS,
  bytes: 18,
  dequantize(source, out) {
    for (let block = 0, at = 0; at < out.length; block += 18, at += WEIGHTS) {
      const scale = readScale(source, block);
      for (let j = 0; j < HALF; j += 1) {
        const pair = source.getUint8(block + 2 + j);
        out[at + j] = scale * ((pair & 15) - 8);
        out[at + j + HALF] = scale * ((pair >> 4) - 8);
      }
    }
  },
  quantize(weights, out) {
    for (let block = 0, at = 0; at < weights.length; block += 18, at += WEIGHTS) {
      const inverted = signedScale(weights, at, out, block, 8);
      for (let j = 0; j < HALF; j += 1) {
        const low = level(weights[at + j]!, inverted, 8);
        const high = level(weights[at + j + HALF]!, inverted, 8);
        out.setUint8(block + 2 + j, low | (high << 4));
      }
    }
  },
};

/** As Q4_0 with a fifth bit per weight, kept together in four bytes behind the scale. */
export const q50: BlockFormat = {
  weights: WEIGHTS,
  bytes: 22,
  dequantize(source, out) {
    for (let block = 0, at = 0; at < out.length; block += 22, at += WEIGHTS) {
      const scale = readScale(source, block);
      const fifth = source.getUint32(block + 2, true);
      for (let j = 0; j < HALF; j += 1) {
        const pair = source.getUint8(block + 6 + j);
        out[at + j] = scale * (((pair & 15) | (((fifth >>> j) & 1) << 4)) - 16);
        out[at + j + HALF] = scale * (((pair >> 4) | (((fifth >>> (j + HALF)) & 1) << 4)) - 16);
      }
    }
  },
  quantize(weights, out) {
    for (let block = 0, at = 0; at < weights.length; block += 22, at += WEIGHTS) {
      const inverted = signedScale(weights, at, out, block, 16);
      let fifth = 0;
      for (let j = 0; j < HALF; j += 1) {
        const low = level(weights[at + j]!, inverted, 16);
        const high = level(weights[at + j + HALF]!, inverted, 16);
        out.setUint8(block + 6 + j, (low & 15) | ((high & 15) << 4));
        fifth |= ((low >> 4) << j) | ((high >> 4) << (j + HALF));
      }
      out.setUint32(block + 2, fifth >>> 0, true);
    }
  },
};

/** The weight of the largest magnitude, with its sign; the first of equals. */
function extremeOf(weights: Float32Array, at: number): number {
  let extreme = 0;
  let magnitude = 0;
  for (let j = 0; j < WEIGHTS; j += 1) {
    const weight = weights[at + j]!;
    if (Math.abs(weight) <= magnitude) continue;
    magnitude = Math.abs(weight);
    extreme = weight;
  }
  return extreme;
}

/** Writes the scale that puts the extreme weight on the lowest level, and returns its inverse. */
function signedScale(weights: Float32Array, at: number, out: DataView, block: number, levels: number): number {
  const scale = Math.fround(extremeOf(weights, at) / -levels);
  writeScale(out, block, scale);
  return inverse(scale);
}

function level(weight: number, inverted: number, half: number): number {
  return Math.min(2 * half - 1, Math.fround(Math.fround(weight * inverted) + (half + 0.5)) | 0);
}
