import { FeatureExtractor } from '../../src/detector/classifier/features.js';
import { windowsOf, type SegmentWindow } from '../../src/detector/classifier/windows.js';

/** What a model looks like: its number of buckets, its windows and its norm. */
export interface Shape {
  readonly bits: number;
  readonly windows: readonly number[];
  readonly smoothing: number;
}

/** A text as the trainer sees it: buckets by segment, and its windows by size. */
export interface Bag {
  readonly buckets: Uint32Array;
  readonly firstBucket: Uint32Array;
  readonly windows: readonly (readonly SegmentWindow[])[];
}

/** Makes bags of folded texts. Of a text that is longer than the buffers, only the beginning is read. */
export class BagMaker {
  readonly #extractor = new FeatureExtractor();
  readonly #shape: Shape;

  constructor(shape: Shape) {
    this.#shape = shape;
  }

  bagOf(folded: string): Bag {
    const features = this.#extractor.extract(folded);
    const count = features.firstHash[features.segments]!;
    return {
      buckets: features.hashes.slice(0, count).map((hash) => hash >>> (32 - this.#shape.bits)),
      firstBucket: features.firstHash.slice(0, features.segments + 1),
      windows: this.#shape.windows.map((words) => [...windowsOf(features, words)]),
    };
  }
}

/** Different buckets of windows and their margins; one label at a time. */
export class WindowReader {
  readonly #seen: Uint16Array;
  readonly #smoothing: number;

  constructor(shape: Shape) {
    this.#seen = new Uint16Array(1 << shape.bits);
    this.#smoothing = shape.smoothing;
  }

  /** The different buckets of a window that `kept` has. */
  distinct(bag: Bag, window: SegmentWindow): Uint32Array {
    const found: number[] = [];
    const end = bag.firstBucket[window.end]!;
    for (let at = bag.firstBucket[window.first]!; at < end; at++) {
      const bucket = bag.buckets[at]!;
      if (this.#seen[bucket] !== 0) continue;
      this.#seen[bucket] = 1;
      found.push(bucket);
    }
    for (const bucket of found) this.#seen[bucket] = 0;
    return Uint32Array.from(found);
  }

  norm(different: number): number {
    return Math.sqrt(different + this.#smoothing);
  }

  /** The margin of each window of one size, in their order. */
  margins(bag: Bag, windows: readonly SegmentWindow[], weights: Float32Array, bias: number): Float64Array {
    const result = new Float64Array(windows.length);
    let first = 0;
    let end = 0;
    let sum = 0;
    let different = 0;
    windows.forEach((window, index) => {
      for (const until = bag.firstBucket[window.end]!; end < until; end++) {
        const bucket = bag.buckets[end]!;
        if (this.#seen[bucket]!++ > 0) continue;
        different += 1;
        sum += weights[bucket]!;
      }
      for (const until = bag.firstBucket[window.first]!; first < until; first++) {
        const bucket = bag.buckets[first]!;
        if (--this.#seen[bucket]! > 0) continue;
        different -= 1;
        sum -= weights[bucket]!;
      }
      result[index] = bias + sum / this.norm(different);
    });
    for (; first < end; first++) this.#seen[bag.buckets[first]!] = 0;
    return result;
  }

  /** The highest margin of any window: what the shipped classifier goes by. */
  highest(bag: Bag, weights: Float32Array, bias: number): number {
    let highest = Number.NEGATIVE_INFINITY;
    for (const windows of bag.windows) {
      for (const margin of this.margins(bag, windows, weights, bias)) highest = Math.max(highest, margin);
    }
    return highest;
  }
}
