import type { Features } from './features.js';

/** Consecutive segments, half-open. */
export interface SegmentWindow {
  readonly first: number;
  readonly end: number;
}

/**
 * Overlapping windows of about `words` words: the longest that begins at each segment, of one segment at least.
 * A window inside the one before it is left out. First segments and ends never go back.
 */
export function* windowsOf(features: Features, words: number): Generator<SegmentWindow> {
  const { segments, wordsBefore } = features;
  let end = 0;
  for (let first = 0; first < segments; first++) {
    const before = end;
    end = Math.max(end, first + 1);
    while (end < segments && wordsBefore[end + 1]! - wordsBefore[first]! <= words) end++;
    if (end > before) yield { first, end };
  }
}
