import { costOf, type PicoUsd, type TokenPrice } from '@weir/contracts';
import { LINK_LENGTH } from '../pipeline/call-links.js';
import type { InferenceRequest, Prompt } from '../pipeline/inference-request.js';
import { contentOf } from '../pipeline/turn-content.js';

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

/** Template tokens that a chat turn, a tool or a tool call adds at most around its text: role, separators. */
const TOKENS_PER_PIECE = 16;

/** What chat templates say at most about the use of tools, besides the tools themselves. */
const TOKENS_FOR_TOOLS = 512;

/** Templates may write JSON with spaces and line breaks. */
const JSON_GROWTH = 2;

/** Most input tokens of one prompt. No byte-level tokenizer makes more tokens than UTF-8 bytes. */
export function inputTokenBound(prompt: Prompt): number {
  if (prompt.kind === 'tokens') return prompt.ids.length + TOKENS_PER_PIECE;
  if (prompt.kind === 'text') return Buffer.byteLength(prompt.text) + TOKENS_PER_PIECE;
  let tokens = 0;
  for (const turn of prompt.turns) {
    const { toolCalls, toolCallId } = turn;
    tokens += TOKENS_PER_PIECE + Buffer.byteLength(contentOf(turn)) + (toolCallId ? LINK_LENGTH : 0);
    for (const call of toolCalls) {
      tokens +=
        TOKENS_PER_PIECE + LINK_LENGTH + Buffer.byteLength(call.name) + JSON_GROWTH * Buffer.byteLength(call.arguments);
    }
  }
  return tokens;
}

/** Most input tokens that the tools and the answer's schema add to a prompt. */
export function formTokenBound({ tools, responseFormat }: InferenceRequest['form']): number {
  const schema = responseFormat.kind === 'json_schema' ? JSON_GROWTH * Buffer.byteLength(responseFormat.schema) : 0;
  return tools.reduce(
    (sum, { name, description, parameters }) =>
      sum + TOKENS_PER_PIECE + Buffer.byteLength(name + description) + JSON_GROWTH * Buffer.byteLength(parameters),
    schema + (tools.length > 0 ? TOKENS_FOR_TOOLS : 0),
  );
}

export interface Target {
  readonly price: TokenPrice;
  /** Most tokens of one sequence, input and output together; undefined when the engine does not tell. */
  readonly contextTokens: number | undefined;
  readonly maxOutputTokens: number;
}

/** The most that a request can use on any of the targets it may run on: each prompt once, and all of its answers. */
export function worstCase(request: InferenceRequest, targets: readonly Target[]): Amounts {
  const form = formTokenBound(request.form);
  const bounds = request.prompts.map((prompt) => inputTokenBound(prompt) + form);
  const answers = request.operation === 'embeddings' ? 0 : request.form.n;
  let tokens = 0;
  let money = 0n;
  for (const target of targets) {
    const { price, contextTokens = Number.POSITIVE_INFINITY, maxOutputTokens } = target;
    const output = Math.min(request.sampling.maxTokens ?? maxOutputTokens, maxOutputTokens, contextTokens);
    let input = 0;
    let together = 0;
    for (const bound of bounds) {
      input += Math.min(bound, contextTokens);
      // Each answer shares the context with its prompt.
      together += Math.min(bound, answers > 0 ? contextTokens - output : contextTokens) + answers * output;
    }
    const cachedInputTokens = price.cachedInputPerMillion > price.inputPerMillion ? input : 0;
    const outputTokens = request.prompts.length * answers * output;
    const cost = costOf(price, { inputTokens: input, cachedInputTokens, outputTokens });
    tokens = Math.max(tokens, together);
    if (cost > money) money = cost;
  }
  return { requests: 1, tokens, money };
}
