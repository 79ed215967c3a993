import { FeatureExtractor, type Features } from './features.js';
import { decodeWeight, type LinearModel } from './linear-model.js';
import { windowsOf } from './windows.js';

/** What a label scored at most, and where. */
export interface LabelScore {
  readonly label: string;
  /** Calibrated probability; 0.5 is the operating point. */
  readonly score: number;
  /** The window that scored it, in UTF-16 code units of the text. */
  readonly start: number;
  readonly end: number;
}

/** Hashes of a piece of a text: more than the largest window has, few enough for the processor's cache. */
const PIECE = 0x4000;

/** Weights are summed as integers: a window scores the same whatever was summed before it. */
const FIXED_POINT = 0x1_0000;

/**
 * Runs a linear model over overlapping windows of a text: each label's score is its highest in any window, so what a text
 * hides counts as much in a long text as alone. Time is linear in the text's length; memory is bounded.
 */
export class Classifier {
  readonly labels: readonly string[];
  readonly #model: LinearModel;
  readonly #weights: Int32Array;
  readonly #extractor = new FeatureExtractor(PIECE);
  /** The different buckets of a piece are numbered, and their weights put side by side: that is what windows run over. */
  readonly #numbers: Uint16Array;
  readonly #numbered = new Uint16Array(PIECE);
  readonly #near: Int32Array;
  readonly #seen = new Uint16Array(PIECE + 1);
  readonly #sums: Float64Array;
  readonly #margins: Float64Array;
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;
  #different = 0;

  constructor(model: LinearModel) {
    this.#model = model;
    this.labels = model.labels.map((label) => label.name);
    this.#weights = fixedPointWeights(model);
    this.#numbers = new Uint16Array(1 << model.bits);
    this.#near = new Int32Array((PIECE + 1) * model.labels.length);
    this.#sums = new Float64Array(model.labels.length);
    this.#margins = new Float64Array(model.labels.length);
    this.#starts = new Float64Array(model.labels.length);
    this.#ends = new Float64Array(model.labels.length);
  }

  /**
   * One score per label, in the order of `labels`. `text` is a folded view. Windows that end at or before `from` do not
   * count: what stands there is only read together with what follows.
   */
  scores(text: string, from = 0): readonly LabelScore[] {
    this.#margins.fill(Number.NEGATIVE_INFINITY);
    this.#starts.fill(0);
    this.#ends.fill(0);
    let at = 0;
    while (at < text.length) {
      const features = this.#extractor.extract(text, at);
      this.#number(features);
      for (const words of this.#model.windows) this.#slide(features, words, from);
      at = this.#nextPiece(features, text.length);
    }
    return this.#model.labels.map((label, index) => ({
      label: label.name,
      score: 1 / (1 + Math.exp(-label.slope * (this.#margins[index]! - label.offset))),
      start: this.#starts[index]!,
      end: this.#ends[index]!,
    }));
  }

  #slide(features: Features, words: number, from: number): void {
    let first = 0;
    let end = 0;
    for (const window of windowsOf(features, words)) {
      for (; end < window.end; end++) this.#enter(features, end);
      for (; first < window.first; first++) this.#leave(features, first);
      if (features.ends[end - 1]! > from) this.#judge(features.starts[first]!, features.ends[end - 1]!);
    }
    for (; first < end; first++) this.#leave(features, first);
  }

  #number(features: Features): void {
    const shift = 32 - this.#model.bits;
    const labels = this.#sums.length;
    const count = features.firstHash[features.segments]!;
    let highest = 0;
    for (let index = 0; index < count; index++) {
      const bucket = features.hashes[index]! >>> shift;
      let number = this.#numbers[bucket]!;
      if (number === 0) {
        number = ++highest;
        this.#numbers[bucket] = number;
        for (let label = 0; label < labels; label++) {
          this.#near[number * labels + label] = this.#weights[bucket * labels + label]!;
        }
      }
      this.#numbered[index] = number;
    }
    for (let index = 0; index < count; index++) this.#numbers[features.hashes[index]! >>> shift] = 0;
  }

  #enter(features: Features, segment: number): void {
    const end = features.firstHash[segment + 1]!;
    for (let index = features.firstHash[segment]!; index < end; index++) {
      const number = this.#numbered[index]!;
      if (this.#seen[number]!++ > 0) continue;
      this.#different += 1;
      this.#addWeights(number, 1);
    }
  }

  #leave(features: Features, segment: number): void {
    const end = features.firstHash[segment + 1]!;
    for (let index = features.firstHash[segment]!; index < end; index++) {
      const number = this.#numbered[index]!;
      if (--this.#seen[number]! > 0) continue;
      this.#different -= 1;
      this.#addWeights(number, -1);
    }
  }

  #addWeights(number: number, sign: 1 | -1): void {
    const sums = this.#sums;
    const near = this.#near;
    for (let label = 0, at = number * sums.length; label < sums.length; label++, at++) sums[label]! += sign * near[at]!;
  }

  #judge(start: number, end: number): void {
    const norm = FIXED_POINT * Math.sqrt(this.#different + this.#model.smoothing);
    for (let label = 0; label < this.#sums.length; label++) {
      const margin = this.#model.labels[label]!.bias + this.#sums[label]! / norm;
      if (margin <= this.#margins[label]!) continue;
      this.#margins[label] = margin;
      this.#starts[label] = start;
      this.#ends[label] = end;
    }
  }

  /** A text too long for the buffers goes on with the segments that began its last window, so that no window is missed. */
  #nextPiece(features: Features, length: number): number {
    if (features.next >= length) return length;
    const longest = Math.max(...this.#model.windows);
    const words = features.wordsBefore[features.segments]!;
    let segment = features.segments;
    while (segment > 1 && words - features.wordsBefore[segment - 1]! <= longest) segment--;
    return segment === features.segments ? features.next : features.starts[segment]!;
  }
}

function fixedPointWeights(model: LinearModel): Int32Array {
  const labels = model.labels.length;
  const table = model.labels.map(({ scale }) =>
    Int32Array.from({ length: 256 }, (_, code) => Math.round(decodeWeight(code - 128, scale) * FIXED_POINT)),
  );
  const weights = new Int32Array(model.weights.length);
  for (let index = 0; index < weights.length; index++) {
    weights[index] = table[index % labels]![model.weights[index]! + 128]!;
  }
  return weights;
}
