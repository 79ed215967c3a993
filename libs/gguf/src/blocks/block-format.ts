/**
 * One way to store weights. All arithmetic is that of the C reference in 32-bit floats (`Math.fround` after every
 * operation), because the stored bytes depend on every rounding.
 */
export interface BlockFormat {
  /** Weights in one block. */
  readonly weights: number;
  /** Bytes of one block. */
  readonly bytes: number;
  /** Fills `out` with the weights of the blocks in `source`, whose length is a whole number of blocks. */
  dequantize(source: DataView, out: Float32Array): void;
  /** Fills `out` with the blocks of `weights`, whose length is a whole number of blocks. */
  quantize(weights: Float32Array, out: DataView): void;
}

/** Scales are IEEE half floats, little-endian, rounded to nearest, ties to even. */
export function readScale(view: DataView, at: number): number {
  return view.getFloat16(at, true);
}

export function writeScale(view: DataView, at: number, scale: number): void {
  view.setFloat16(at, scale, true);
}

/** 1 / value in 32 bits; 0 for 0. */
export function inverse(value: number): number {
  return value === 0 ? 0 : Math.fround(1 / value);
}

/** C's `roundf`: halves away from zero. */
export function roundHalfAway(value: number): number {
  return value < 0 ? -Math.floor(0.5 - value) : Math.floor(value + 0.5);
}

const TO_INTEGER = 12_582_912;

/** Nearest integer, halves to even, as the reference gets it: by adding 1.5 x 2^23 in 32 bits. */
export function nearestInteger(value: number): number {
  return Math.fround(value + TO_INTEGER) - TO_INTEGER;
}
