import { goDuration } from './go-duration.js';
import type { LimitWindow } from '../admission/lease-book.js';

const DIMENSIONS = ['requests', 'tokens'] as const;

/** The six x-ratelimit-* headers of the OpenAI API; a dimension without a limit has none. */
export function rateHeaders(windows: readonly LimitWindow[]): [string, string][] {
  const headers: [string, string][] = [];
  for (const dimension of DIMENSIONS) {
    const tightest = tightestOf(windows, dimension);
    if (!tightest) continue;
    headers.push(
      [`x-ratelimit-limit-${dimension}`, String(tightest.limit)],
      [`x-ratelimit-remaining-${dimension}`, String(tightest.remaining)],
      [`x-ratelimit-reset-${dimension}`, goDuration(tightest.resetMs)],
    );
  }
  return headers;
}

function tightestOf(windows: readonly LimitWindow[], dimension: string): LimitWindow | undefined {
  let tightest: LimitWindow | undefined;
  for (const window of windows) {
    if (window.dimension !== dimension) continue;
    if (!tightest || window.remaining < tightest.remaining) tightest = window;
  }
  return tightest;
}
