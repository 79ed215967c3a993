import { WeirError } from '@weir/errors';
import type { FinishReason, Prompt, TokenLogprob, Usage } from '../../generation/generation.js';
import { finishOf } from './finish.js';
import { logprobsOf } from './logprobs.js';
import { streamError } from '../errors/upstream-errors.js';
import { fieldsOf } from '../json-fields.js';
import { usageIn } from './usage.js';

/** An answer to a prompt that was to be scored: it came whole, with its prompt before it. */
export interface ScoredAnswer {
  readonly text: string;
  readonly promptLogprobs: readonly TokenLogprob[];
  readonly logprobs: readonly TokenLogprob[];
  readonly usage: Usage;
  readonly finish: FinishReason;
}

/**
 * Takes the prompt's share out of a completion with `echo` and `logprobs`: its first so many tokens, as usage says.
 * @throws WeirError `upstream_error`, `unsupported_parameter` when the upstream did not echo
 */
export function readScoredAnswer(body: string, prompt: Prompt): ScoredAnswer {
  const answer = parse(body);
  if (answer.error || answer.object === 'error') throw streamError(body, answer);
  const usage = usageIn(answer);
  const choice = Array.isArray(answer.choices) ? fieldsOf(answer.choices[0]) : undefined;
  if (!usage || !choice) throw unusable('without a choice or its usage');
  const all = logprobsOf(choice.logprobs);
  // Nothing predicts the first token of a prompt: where it has a number, no prompt came.
  if (all.length < usage.inputTokens || all[0]?.logprob !== undefined) {
    const message = 'echo with logprobs is nothing that the upstream can do.';
    throw new WeirError('unsupported_parameter', message, { param: 'echo' });
  }
  const text = typeof choice.text === 'string' ? choice.text.toWellFormed() : '';
  const promptLogprobs = all.slice(0, usage.inputTokens);
  const logprobs = all.slice(usage.inputTokens);
  return {
    text: text.slice(promptLength(text, prompt, { promptLogprobs, logprobs })),
    promptLogprobs,
    logprobs,
    usage,
    finish: finishOf(typeof choice.finish_reason === 'string' ? choice.finish_reason : 'length', 0),
  };
}

type Scores = Pick<ScoredAnswer, 'promptLogprobs' | 'logprobs'>;

function promptLength(text: string, prompt: Prompt, { promptLogprobs, logprobs }: Scores): number {
  if (prompt.kind === 'text' && text.startsWith(prompt.text)) return prompt.text.length;
  // A prompt may begin with a token that its text does not show; what was generated is known either way.
  const generated = spelled(logprobs);
  if (generated !== '' && text.endsWith(generated)) return text.length - generated.length;
  return Math.min(text.length, spelled(promptLogprobs).length);
}

const spelled = (tokens: readonly TokenLogprob[]): string => tokens.map(({ token }) => token).join('');

function parse(body: string) {
  try {
    const answer = fieldsOf(JSON.parse(body));
    if (answer) return answer;
  } catch (error) {
    throw new WeirError('upstream_error', 'The upstream sent what is not JSON.', { cause: error });
  }
  throw unusable('that is no object');
}

function unusable(what: string): WeirError {
  return new WeirError('upstream_error', `The upstream sent an answer ${what}.`);
}
