import type { SegmentWindow } from '../../src/detector/classifier/windows.js';
import type { Bag, WindowReader } from './bag.js';

/** One text with its answer for one label. Texts without an answer are left out. */
export interface Example {
  readonly bag: Bag;
  readonly positive: boolean;
  /** How much it counts; 1 is usual. */
  readonly weight: number;
  /** Texts of one group count as one when rare features are dropped. */
  readonly group: number;
}

/** A label's weights. */
export interface Head {
  readonly weights: Float32Array;
  readonly bias: number;
}

/** A window that is learnt from: its different buckets, each of the value `scale`. */
export interface Instance {
  readonly buckets: Uint32Array;
  readonly scale: number;
  readonly target: 0 | 1;
  readonly weight: number;
}

/** What is learnt from a text: all windows of the largest size at first, then the highest ones under the weights so far. */
export function instancesOf(
  example: Example,
  reader: WindowReader,
  negativeWindows: number,
  head: Head | undefined,
): Instance[] {
  const windows = head ? highestWindows(example, reader, negativeWindows, head) : (example.bag.windows.at(-1) ?? []);
  const share =
    example.positive || !head ? 1 / Math.max(1, windows.length) : 1 / Math.sqrt(Math.max(1, windows.length));
  return windows.map((window) => {
    const buckets = reader.distinct(example.bag, window);
    return {
      buckets,
      scale: 1 / reader.norm(buckets.length),
      target: example.positive ? 1 : 0,
      weight: example.weight * share,
    };
  });
}

/** Positive texts: the best window and the best of the largest size. Negative texts: the highest of all sizes. */
function highestWindows(example: Example, reader: WindowReader, negativeWindows: number, head: Head): SegmentWindow[] {
  const ranked = example.bag.windows.flatMap((windows, size) => {
    const margins = reader.margins(example.bag, windows, head.weights, head.bias);
    return windows.map((window, index) => ({ window, size, margin: margins[index]! }));
  });
  ranked.sort((one, other) => other.margin - one.margin);
  if (!example.positive) return ranked.slice(0, negativeWindows).map((entry) => entry.window);
  const largest = ranked.find((entry) => entry.size === example.bag.windows.length - 1);
  return [ranked[0], largest].flatMap((entry) => (entry ? [entry.window] : []));
}
