import { WeirError } from '@weir/errors';
import type { AnswerToken, ModelAnswer } from './judge-format.js';

export interface AnswerWords {
  readonly unsafe: string;
  readonly safe: string;
}

/** Below it the alternatives hardly speak about the two words. */
const LEAST_MASS = 0.5;
/** Rounding may lift a probability of 1 a little. */
const MOST_LOGPROB = 1e-3;

/**
 * How likely the unsafe word was, among the two, where the answer decided: P(unsafe) / (P(unsafe) + P(safe)) over the
 * alternatives of the first token after `after` that begins one of them. Without alternatives, 1 or 0 as the answer says.
 * A spoken "unsafe" is never below 0.5.
 * @throws WeirError `upstream_error` for log probabilities that are none
 */
export function answerScore({ tokens }: ModelAnswer, isUnsafe: boolean, words: AnswerWords, after = ''): number {
  const said = isUnsafe ? 1 : 0;
  const deciding = decidingToken(tokens, words, after);
  if (!deciding) return said;
  const alternatives = deciding.top.length > 0 ? deciding.top : [deciding];
  let unsafe = 0;
  let safe = 0;
  for (const { token, logprob } of alternatives) {
    if (!(logprob <= MOST_LOGPROB)) throw new WeirError('upstream_error', 'The judge gave a log probability above 0.');
    const word = meant(token, words);
    if (word === 'unsafe') unsafe += Math.exp(logprob);
    if (word === 'safe') safe += Math.exp(logprob);
  }
  if (unsafe + safe < LEAST_MASS) return said;
  const score = unsafe / (unsafe + safe);
  return isUnsafe ? Math.max(score, 0.5) : score;
}

function decidingToken(tokens: readonly AnswerToken[], words: AnswerWords, after: string): AnswerToken | undefined {
  let before = '';
  for (const token of tokens) {
    if (before.toLowerCase().includes(after) && meant(token.token, words)) return token;
    before += token.token;
  }
  return undefined;
}

/** Which of the words a token begins. */
function meant(token: string, { unsafe, safe }: AnswerWords): 'unsafe' | 'safe' | undefined {
  const start = token.trim().toLowerCase();
  if (start === '') return undefined;
  if (unsafe.startsWith(start)) return 'unsafe';
  return safe.startsWith(start) ? 'safe' : undefined;
}
