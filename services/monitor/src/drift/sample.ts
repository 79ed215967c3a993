import type { InferenceCompleted } from '@weir/contracts';

/** What is watched for drift. */
export const SERIES = ['input_tokens', 'output_tokens', 'duration_ms'] as const;
export type Series = (typeof SERIES)[number];

/** One request as drift sees it. */
export type Sample = Readonly<Record<Series, number>>;

/** Most samples of a window; with more requests it is a uniform sample of them. */
export const WINDOW_CAPACITY = 1000;

/** Requests that were not answered are the availability's business: their tokens and times would look like drift. */
export function sampleOf(event: InferenceCompleted): Sample | undefined {
  if (event.outcome !== 'ok') return undefined;
  const { input_tokens, output_tokens, duration_ms } = event;
  return { input_tokens, output_tokens, duration_ms };
}
