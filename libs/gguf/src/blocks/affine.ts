import { inverse, readScale, writeScale, type BlockFormat } from './block-format.js';

const WEIGHTS = 32;
const HALF = 16;

/** 32 weights as scale x 0..15 + minimum. */
export const q41: BlockFormat = {
  weights: WEIGHTS,
  bytes: 20,
  dequantize(source, out) {
    for (let block = 0, at = 0; at < out.length; block += 20, at += WEIGHTS) {
      const scale = readScale(source, block);
      const minimum = readScale(source, block + 2);
      for (let j = 0; j < HALF; j += 1) {
        const pair = source.getUint8(block + 4 + j);
        out[at + j] = Math.fround(scale * (pair & 15)) + minimum;
        out[at + j + HALF] = Math.fround(scale * (pair >> 4)) + minimum;
      }
    }
  },
  quantize(weights, out) {
    for (let block = 0, at = 0; at < weights.length; block += 20, at += WEIGHTS) {
      const { inverted, minimum } = range(weights, at, out, block, 15);
      for (let j = 0; j < HALF; j += 1) {
        const low = Math.min(15, level(weights[at + j]!, minimum, inverted));
        const high = Math.min(15, level(weights[at + j + HALF]!, minimum, inverted));
        out.setUint8(block + 4 + j, low | (high << 4));
      }
    }
  },
};

/** As Q4_1 with a fifth bit per weight, kept together in four bytes behind scale and minimum. */
export const q51: BlockFormat = {
  weights: WEIGHTS,
  bytes: 24,
  dequantize(source, out) {
    for (let block = 0, at = 0; at < out.length; block += 24, at += WEIGHTS) {
      const scale = readScale(source, block);
      const minimum = readScale(source, block + 2);
      const fifth = source.getUint32(block + 4, true);
      for (let j = 0; j < HALF; j += 1) {
        const pair = source.getUint8(block + 8 + j);
        const low = (pair & 15) | (((fifth >>> j) & 1) << 4);
        const high = (pair >> 4) | (((fifth >>> (j + HALF)) & 1) << 4);
        out[at + j] = Math.fround(scale * low) + minimum;
        out[at + j + HALF] = Math.fround(scale * high) + minimum;
      }
    }
  },
  quantize(weights, out) {
    for (let block = 0, at = 0; at < weights.length; block += 24, at += WEIGHTS) {
      const { inverted, minimum } = range(weights, at, out, block, 31);
      let fifth = 0;
      for (let j = 0; j < HALF; j += 1) {
        const low = level(weights[at + j]!, minimum, inverted);
        const high = level(weights[at + j + HALF]!, minimum, inverted);
        out.setUint8(block + 8 + j, (low & 15) | ((high & 15) << 4));
        fifth |= (((low >> 4) & 1) << j) | (((high >> 4) & 1) << (j + HALF));
      }
      out.setUint32(block + 4, fifth >>> 0, true);
    }
  },
};

/** Writes scale and minimum, so that the least weight is on level 0 and the largest on `top`. */
function range(weights: Float32Array, at: number, out: DataView, block: number, top: number) {
  let [minimum, maximum] = [weights[at]!, weights[at]!];
  for (let j = 1; j < WEIGHTS; j += 1) {
    if (weights[at + j]! < minimum) minimum = weights[at + j]!;
    if (weights[at + j]! > maximum) maximum = weights[at + j]!;
  }
  const scale = Math.fround(Math.fround(maximum - minimum) / top);
  writeScale(out, block, scale);
  writeScale(out, block + 2, minimum);
  return { inverted: inverse(scale), minimum };
}

function level(weight: number, minimum: number, inverted: number): number {
  return Math.fround(Math.fround(Math.fround(weight - minimum) * inverted) + 0.5) | 0;
}
