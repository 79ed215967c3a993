import { nearestInteger, readScale, writeScale, type BlockFormat } from './block-format.js';
import { fitAffine, type AffineFit, type AffineSearch } from './k-fit.js';

const { fround } = Math;
const WEIGHTS = 256;
const GROUP = 32;
const GROUPS = 8;
/** Behind the scales of scales and minima: 8 scales and 8 minima of 6 bits. */
const SCALES_AT = 4;
const SCALE_BYTES = 12;
const TOP_SCALE = 63;

/** 256 weights in 8 groups, each scale x 0..15 - minimum; scales and minima are 6 bits of a scale of the block. */
export const q4k: BlockFormat = {
  weights: WEIGHTS,
  bytes: 144,
  dequantize(source, out) {
    for (let block = 0, at = 0; at < out.length; block += 144, at += WEIGHTS) {
      dequantizeBlock(source, block, out, at, (group, i) => nibble(source, block + 16, group, i));
    }
  },
  quantize(weights, out) {
    const room = new Room(weights);
    for (let block = 0, at = 0; at < weights.length; block += 144, at += WEIGHTS) {
      quantizeBlock(room, at, out, block, { top: 15, first: -1, steps: 20 });
      writeNibbles(room.levels, out, block + 16);
    }
  },
};

/** As Q4_K with a fifth bit per weight, kept together in 32 bytes behind the scales. */
export const q5k: BlockFormat = {
  weights: WEIGHTS,
  bytes: 176,
  dequantize(source, out) {
    for (let block = 0, at = 0; at < out.length; block += 176, at += WEIGHTS) {
      const fifth = (group: number, i: number) => (source.getUint8(block + 16 + i) >> group) & 1;
      const level = (group: number, i: number) => nibble(source, block + 48, group, i) | (fifth(group, i) << 4);
      dequantizeBlock(source, block, out, at, level);
    }
  },
  quantize(weights, out) {
    const room = new Room(weights);
    for (let block = 0, at = 0; at < weights.length; block += 176, at += WEIGHTS) {
      quantizeBlock(room, at, out, block, { top: 31, first: -0.5, steps: 15 });
      for (let i = 0; i < GROUP; i += 1) {
        let bits = 0;
        for (let group = 0; group < GROUPS; group += 1) bits |= (room.levels[group * GROUP + i]! >> 4) << group;
        out.setUint8(block + 16 + i, bits);
      }
      writeNibbles(room.levels, out, block + 48);
    }
  },
};

/** Buffers of one call, so that no block allocates. */
class Room {
  /** The block's weights, copied to the front. */
  readonly block = new Float32Array(WEIGHTS);
  readonly levels = new Uint8Array(WEIGHTS);
  readonly trial = new Uint8Array(GROUP);
  readonly importance = new Float32Array(GROUP);

  constructor(private readonly weights: Float32Array) {}

  take(at: number): void {
    this.block.set(this.weights.subarray(at, at + WEIGHTS));
  }
}

/** Two groups share 32 bytes: the even one has the low halves. */
function nibble(source: DataView, at: number, group: number, i: number): number {
  const pair = source.getUint8(at + (group >> 1) * GROUP + i);
  return group & 1 ? pair >> 4 : pair & 15;
}

function writeNibbles(levels: Uint8Array, out: DataView, at: number): void {
  for (let pair = 0; pair < GROUPS / 2; pair += 1) {
    for (let i = 0; i < GROUP; i += 1) {
      const low = levels[pair * 2 * GROUP + i]! & 15;
      const high = levels[(pair * 2 + 1) * GROUP + i]! & 15;
      out.setUint8(at + pair * GROUP + i, low | (high << 4));
    }
  }
}

function dequantizeBlock(
  source: DataView,
  block: number,
  out: Float32Array,
  at: number,
  level: (group: number, i: number) => number,
): void {
  const scaleOfScales = readScale(source, block);
  const scaleOfMinima = readScale(source, block + 2);
  for (let group = 0; group < GROUPS; group += 1) {
    const scale = fround(scaleOfScales * scaleOf(source, block + SCALES_AT, group));
    const minimum = fround(scaleOfMinima * minimumOf(source, block + SCALES_AT, group));
    for (let i = 0; i < GROUP; i += 1) out[at + group * GROUP + i] = fround(scale * level(group, i)) - minimum;
  }
}

function quantizeBlock(room: Room, at: number, out: DataView, block: number, search: AffineSearch): void {
  room.take(at);
  const fits = Array.from({ length: GROUPS }, (_, group) => fitGroup(room, group, search));
  const largestScale = Math.max(0, ...fits.map((fit) => fit.scale));
  const largestMinimum = Math.max(0, ...fits.map((fit) => fit.minimum));
  writeScales(fits, { largestScale, largestMinimum }, out, block + SCALES_AT);
  writeScale(out, block, fround(largestScale / TOP_SCALE));
  writeScale(out, block + 2, fround(largestMinimum / TOP_SCALE));
  for (let group = 0; group < GROUPS; group += 1) putOnStoredScale(room, group, out, block, search.top);
}

function fitGroup({ block, levels, trial, importance }: Room, group: number, search: AffineSearch): AffineFit {
  const at = group * GROUP;
  let squares = 0;
  for (let i = at; i < at + GROUP; i += 1) squares = fround(squares + fround(block[i]! * block[i]!));
  const typical = fround(Math.sqrt(fround(squares / GROUP)));
  for (let i = 0; i < GROUP; i += 1) importance[i] = typical + Math.abs(block[at + i]!);
  return fitAffine({ weights: block, at, size: GROUP, levels }, importance, trial, search);
}

/** Levels once more, for the scale and the minimum that 6 bits can hold; a group whose scale became 0 keeps its own. */
function putOnStoredScale({ block: x, levels }: Room, group: number, out: DataView, block: number, top: number): void {
  const scale = fround(readScale(out, block) * scaleOf(out, block + SCALES_AT, group));
  if (scale === 0) return;
  const minimum = fround(readScale(out, block + 2) * minimumOf(out, block + SCALES_AT, group));
  for (let i = group * GROUP; i < (group + 1) * GROUP; i += 1) {
    const level = nearestInteger(fround(fround(x[i]! + minimum) / scale));
    levels[i] = level < 0 ? 0 : level > top ? top : level;
  }
}

/** Groups 0 to 3 have a byte each; the others have 4 bits of a byte of their own and the top bits of those before. */
function writeScales(
  fits: readonly AffineFit[],
  { largestScale, largestMinimum }: { largestScale: number; largestMinimum: number },
  out: DataView,
  at: number,
): void {
  const perScale = largestScale > 0 ? fround(TOP_SCALE / largestScale) : 0;
  const perMinimum = largestMinimum > 0 ? fround(TOP_SCALE / largestMinimum) : 0;
  const bytes = new Uint8Array(SCALE_BYTES);
  fits.forEach((fit, group) => {
    const scale = Math.min(TOP_SCALE, nearestInteger(fround(perScale * fit.scale)) & 255);
    const minimum = Math.min(TOP_SCALE, nearestInteger(fround(perMinimum * fit.minimum)) & 255);
    if (group < 4) {
      bytes[group] = scale;
      bytes[group + 4] = minimum;
      return;
    }
    bytes[group + 4] = (scale & 15) | ((minimum & 15) << 4);
    bytes[group - 4]! |= (scale >> 4) << 6;
    bytes[group]! |= (minimum >> 4) << 6;
  });
  bytes.forEach((byte, i) => out.setUint8(at + i, byte));
}

function scaleOf(view: DataView, at: number, group: number): number {
  if (group < 4) return view.getUint8(at + group) & 63;
  return (view.getUint8(at + group + 4) & 15) | ((view.getUint8(at + group - 4) >> 6) << 4);
}

function minimumOf(view: DataView, at: number, group: number): number {
  if (group < 4) return view.getUint8(at + group + 4) & 63;
  return (view.getUint8(at + group + 4) >> 4) | ((view.getUint8(at + group) >> 6) << 4);
}
