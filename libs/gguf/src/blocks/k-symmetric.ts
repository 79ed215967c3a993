import { nearestInteger, readScale, writeScale, type BlockFormat } from './block-format.js';
import { fitSymmetric, LEAST_MAGNITUDE } from './k-fit.js';

const { fround } = Math;
const WEIGHTS = 256;
const BYTES = 210;
const GROUP = 16;
const GROUPS = 16;
/** Low halves, then the two high bits of each weight, then a signed scale per group, then the block's scale. */
const HIGH_AT = 128;
const SCALES_AT = 192;
const SCALE_AT = 208;
/** Weights that share 64 bytes of low halves and 32 bytes of high bits: four runs of 32. */
const SPAN = 128;
const RUN = 32;

/** 256 weights in 16 groups, each scale x (0..63 - 32); a group's scale is 8 bits of the block's. */
export const q6k: BlockFormat = {
  weights: WEIGHTS,
  bytes: BYTES,
  dequantize(source, out) {
    for (let block = 0, at = 0; at < out.length; block += BYTES, at += WEIGHTS) dequantizeBlock(source, block, out, at);
  },
  quantize(weights, out) {
    const levels = new Uint8Array(weights.length);
    for (let block = 0, at = 0; at < weights.length; block += BYTES, at += WEIGHTS) {
      quantizeBlock(weights, at, levels, out, block);
    }
  },
};

function dequantizeBlock(source: DataView, block: number, out: Float32Array, at: number): void {
  const scale = readScale(source, block + SCALE_AT);
  for (let i = 0; i < WEIGHTS; i += 1) {
    const groupScale = fround(scale * source.getInt8(block + SCALES_AT + Math.floor(i / GROUP)));
    const { low, high, run } = placeOf(i);
    const four = (source.getUint8(block + low) >> (run < 2 ? 0 : 4)) & 15;
    const two = (source.getUint8(block + HIGH_AT + high) >> (run * 2)) & 3;
    out[at + i] = groupScale * ((four | (two << 4)) - 32);
  }
}

/** Runs 0 and 2 share bytes 0 to 31 of the span's low halves, runs 1 and 3 bytes 32 to 63; all four share the high bits. */
function placeOf(i: number): { low: number; high: number; run: number } {
  const span = Math.floor(i / SPAN);
  const run = Math.floor((i % SPAN) / RUN);
  const place = i % RUN;
  return { low: span * 64 + (run & 1) * RUN + place, high: span * RUN + place, run };
}

function quantizeBlock(x: Float32Array, at: number, levels: Uint8Array, out: DataView, block: number): void {
  for (let i = 0; i < BYTES; i += 1) out.setUint8(block + i, 0);
  const scales = Array.from({ length: GROUPS }, (_, group) =>
    fitSymmetric({ weights: x, at: at + group * GROUP, size: GROUP, levels }, 32),
  );
  const largest = scales.reduce((most, scale) => (Math.abs(scale) > Math.abs(most) ? scale : most), 0);
  if (Math.abs(largest) < LEAST_MAGNITUDE) return;
  const inverted = fround(-128 / largest);
  writeScale(out, block + SCALE_AT, fround(1 / inverted));
  scales.forEach((scale, group) => {
    out.setInt8(block + SCALES_AT + group, Math.min(127, nearestInteger(fround(inverted * scale))));
    putOnStoredScale(x, at + group * GROUP, levels, storedScale(out, block, group));
  });
  for (let i = 0; i < WEIGHTS; i += 1) {
    const level = levels[at + i]!;
    const { low, high, run } = placeOf(i);
    out.setUint8(block + low, out.getUint8(block + low) | ((level & 15) << (run < 2 ? 0 : 4)));
    out.setUint8(block + HIGH_AT + high, out.getUint8(block + HIGH_AT + high) | ((level >> 4) << (run * 2)));
  }
}

function storedScale(out: DataView, block: number, group: number): number {
  return fround(readScale(out, block + SCALE_AT) * out.getInt8(block + SCALES_AT + group));
}

/** Levels once more, for the scale that 8 bits can hold; a group whose scale became 0 keeps its own. */
function putOnStoredScale(x: Float32Array, at: number, levels: Uint8Array, scale: number): void {
  if (scale === 0) return;
  for (let i = at; i < at + GROUP; i += 1) {
    const level = nearestInteger(fround(x[i]! / scale));
    levels[i] = (level < -32 ? -32 : level > 31 ? 31 : level) + 32;
  }
}
