import type { ChoiceRun } from './choice-run.js';
import type { InferenceRequest } from './inference-request.js';

/** Text of the prompt that an answer begins with, as the input guard left it; empty where nobody asked for it. */
export function echoOf({ prompts, form }: InferenceRequest, { promptIndex }: Pick<ChoiceRun, 'promptIndex'>): string {
  const prompt = prompts[promptIndex];
  if (!form.echo || !prompt || prompt.kind === 'chat') return '';
  return prompt.text ?? '';
}
