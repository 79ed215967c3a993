/** One output of a classifier: probability = 1 / (1 + exp(-slope * (margin - offset))). */
export interface ModelLabel {
  readonly name: string;
  readonly bias: number;
  /** The largest absolute weight. */
  readonly scale: number;
  readonly slope: number;
  /** The margin at the operating point, where the probability is 0.5. */
  readonly offset: number;
}

export interface ModelHeader {
  readonly name: string;
  /** Version of the features that the weights belong to. */
  readonly features: number;
  /** The buckets are 2^bits. */
  readonly bits: number;
  /** Added to the number of different features of a window before its square root divides. */
  readonly smoothing: number;
  /** Sizes of the windows, in words, smallest first. */
  readonly windows: readonly number[];
  readonly labels: readonly ModelLabel[];
  /** What the weights were made from, for people: file names and SHA-256. */
  readonly provenance: Readonly<Record<string, string>>;
}

/** A multi-label linear classifier over hashed features. */
export interface LinearModel extends ModelHeader {
  /** Codes of `encodeWeight`, by bucket and label: index = bucket * labels + label. */
  readonly weights: Int8Array;
}

/** 8 ASCII characters at the beginning of a model's file; then the header's length (uint32, little-endian), its JSON, the weights. */
export const MODEL_MAGIC = 'WEIRCLF1';

/** The file of a model. */
export function writeModel(model: LinearModel): Uint8Array {
  const { weights, ...header } = model;
  const json = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(MODEL_MAGIC.length + 4 + json.length + weights.length);
  bytes.set(new TextEncoder().encode(MODEL_MAGIC));
  new DataView(bytes.buffer).setUint32(MODEL_MAGIC.length, json.length, true);
  bytes.set(json, MODEL_MAGIC.length + 4);
  bytes.set(new Uint8Array(weights.buffer, weights.byteOffset, weights.length), MODEL_MAGIC.length + 4 + json.length);
  return bytes;
}

/** A weight as a code of -127 to 127. The codes are square roots, so that small weights keep their differences. */
export function encodeWeight(weight: number, scale: number): number {
  if (scale === 0) return 0;
  return Math.sign(weight) * Math.round(127 * Math.sqrt(Math.min(1, Math.abs(weight) / scale)));
}

export function decodeWeight(code: number, scale: number): number {
  return Math.sign(code) * (code / 127) ** 2 * scale;
}
