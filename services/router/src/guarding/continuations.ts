import type { ChoiceRun } from '../pipeline/choice-run.js';
import type { InferenceRequest } from '../pipeline/inference-request.js';

const ANYHOW = [''];

/**
 * How a model may have gone on where its answer ended, an empty text for anyhow. A client chooses where an answer is cut
 * off, by its limit or its stop sequences, and so could cut what a policy takes out into pieces that no policy knows.
 */
export function continuationsOf(
  { finishReason }: Pick<ChoiceRun, 'finishReason'>,
  { sampling }: Pick<InferenceRequest, 'sampling'>,
): readonly string[] {
  if (finishReason === 'tool_calls') return [];
  return finishReason === 'stop' ? sampling.stop : ANYHOW;
}
