import { costOf, type PicoUsd, type TokenPrice } from '@weir/contracts';
import type { Prompt } from '../pipeline/inference-request.js';
import { textsOf } from '../pipeline/inference-request.js';

/** What one request needs or used: every dimension that a limit may count. */
export interface Amounts {
  readonly requests: number;
  readonly tokens: number;
  readonly money: PicoUsd;
}

/** What a lease covers. `Infinity`, and `undefined` for money, mean that no limit applies. */
export interface Grant {
  readonly requests: number;
  readonly tokens: number;
  readonly money: PicoUsd | undefined;
}

export const NOTHING: Amounts = { requests: 0, tokens: 0, money: 0n };

/** A request that was admitted and served nothing. */
export const ONE_REQUEST: Amounts = { requests: 1, tokens: 0, money: 0n };

export function plus(left: Amounts, right: Amounts): Amounts {
  return {
    requests: left.requests + right.requests,
    tokens: left.tokens + right.tokens,
    money: left.money + right.money,
  };
}

export function minus(left: Amounts, right: Amounts): Amounts {
  return {
    requests: left.requests - right.requests,
    tokens: left.tokens - right.tokens,
    money: left.money - right.money,
  };
}

/** True when the first is at least the second in every dimension. */
export function covers(grant: Grant, need: Amounts): boolean {
  return (
    grant.requests >= need.requests &&
    grant.tokens >= need.tokens &&
    (grant.money === undefined || grant.money >= need.money)
  );
}

/** Template tokens that a chat turn adds at most around its text: role, separators. */
const TOKENS_PER_TURN = 16;

/** Most input tokens of a prompt. No byte-level tokenizer makes more tokens than UTF-8 bytes. */
export function inputTokenBound(prompt: Prompt): number {
  const texts = textsOf(prompt);
  return texts.reduce((sum, { text }) => sum + Buffer.byteLength(text), TOKENS_PER_TURN * texts.length);
}

export interface Target {
  readonly price: TokenPrice;
  /** Most tokens of one sequence, input and output together; undefined when the engine does not tell. */
  readonly contextTokens: number | undefined;
  readonly maxOutputTokens: number;
}

/** The most that a request can use on any of the targets it may run on. */
export function worstCase(prompt: Prompt, maxTokens: number | undefined, targets: readonly Target[]): Amounts {
  const bound = inputTokenBound(prompt);
  let tokens = 0;
  let money = 0n;
  for (const { price, contextTokens = Number.POSITIVE_INFINITY, maxOutputTokens } of targets) {
    const input = Math.min(bound, contextTokens);
    const output = Math.min(maxTokens ?? maxOutputTokens, maxOutputTokens, contextTokens);
    const cached = price.cachedInputPerMillion > price.inputPerMillion ? input : 0;
    const cost = costOf(price, { inputTokens: input, cachedInputTokens: cached, outputTokens: output });
    tokens = Math.max(tokens, Math.min(input + output, contextTokens));
    if (cost > money) money = cost;
  }
  return { requests: 1, tokens, money };
}
