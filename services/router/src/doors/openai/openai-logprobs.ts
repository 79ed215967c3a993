import type { TokenLogprob } from '../../pipeline/choice-run.js';

/** Stands for minus infinity, which JSON has no number for; vLLM and OpenAI write the same. */
const LEAST = -9999;

/** `choices[].logprobs` of a chat; null where none were asked for or may be shown. */
export function chatLogprobs(tokens: readonly TokenLogprob[] | undefined) {
  if (!tokens) return null;
  return {
    content: tokens.map(({ token, bytes, logprob, top }) => ({
      token,
      logprob: number(logprob),
      bytes: [...bytes],
      top_logprobs: top.map((one) => ({ token: one.token, logprob: number(one.logprob), bytes: [...one.bytes] })),
    })),
    refusal: null,
  };
}

export interface TextLogprobs {
  readonly tokens: readonly string[];
  readonly token_logprobs: readonly (number | null)[];
  readonly top_logprobs: readonly (Readonly<Record<string, number>> | null)[];
  readonly text_offset: readonly number[];
}

/**
 * `choices[].logprobs` of a completion. A token's number is the very same in both lists, so that it was the most likely
 * one exactly when it equals the largest of its alternatives. Offsets count characters from `offset` on.
 */
export function textLogprobs(tokens: readonly TokenLogprob[], offset: number): TextLogprobs {
  let place = offset;
  const offsets: number[] = [];
  for (const { token } of tokens) {
    offsets.push(place);
    place += charactersOf(token);
  }
  return {
    tokens: tokens.map(({ token }) => token),
    token_logprobs: tokens.map(({ logprob }) => (logprob === undefined ? null : number(logprob))),
    top_logprobs: tokens.map(alternativesOf),
    text_offset: offsets,
  };
}

export function charactersOf(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** Tokens by their text; of several with the same text the most likely. The token itself is always among them. */
function alternativesOf({ token, logprob, top }: TokenLogprob): Record<string, number> | null {
  if (logprob === undefined) return null;
  const found = new Map<string, number>();
  for (const one of [...top, { token, logprob }]) {
    const value = number(one.logprob);
    found.set(one.token, Math.max(value, found.get(one.token) ?? value));
  }
  return Object.fromEntries(found);
}

function number(logprob: number | undefined): number {
  return Math.max(LEAST, logprob ?? LEAST);
}
