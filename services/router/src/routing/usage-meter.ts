import { isWeirError } from '@weir/errors';
import type { engineV1, TokenUse } from '@weir/contracts';

/**
 * Follows what one answer has used. The engine's own numbers win; what came after its last number counts one token per
 * log probability, or per message with text, thoughts or calls, so that an answer that was cut off is billed for what was generated.
 */
export class UsageMeter {
  #reported: TokenUse | undefined;
  /** Tokens since the engine's last number. */
  #since = 0;

  onMessage(message: engineV1.GenerateResponse): void {
    const { text, reasoning, toolCalls, logprobs } = message;
    if (text || reasoning || toolCalls.length > 0) this.#since += Math.max(1, logprobs.length);
    if (!message.usage) return;
    const { inputTokens, cachedInputTokens, outputTokens } = message.usage;
    this.#take({ inputTokens, cachedInputTokens, outputTokens });
  }

  /** Errors of the engine carry the usage so far in their details. */
  onError(error: unknown): void {
    if (!isWeirError(error)) return;
    const { input_tokens: input, output_tokens: output, cached_input_tokens: cached } = error.details;
    if (typeof input !== 'number' || typeof output !== 'number') return;
    this.#take({
      inputTokens: input,
      cachedInputTokens: typeof cached === 'number' ? cached : 0,
      outputTokens: output,
    });
  }

  /** True once the engine, or who counted for it, has told the input. */
  get inputKnown(): boolean {
    return this.#reported !== undefined;
  }

  /** True when there is output whose input was never counted by the engine. */
  get inputUnknown(): boolean {
    return this.#reported === undefined && this.#since > 0;
  }

  /** The input as another source counted it, when the engine told nothing. */
  setInput(tokens: number): void {
    if (this.#reported) return;
    this.#reported = { inputTokens: tokens, cachedInputTokens: 0, outputTokens: 0 };
  }

  get use(): TokenUse {
    const { inputTokens, cachedInputTokens, outputTokens } = this.#reported ?? NO_USE;
    return { inputTokens, cachedInputTokens, outputTokens: outputTokens + this.#since };
  }

  #take(use: TokenUse): void {
    // More cached than there was would make a negative price.
    this.#reported = { ...use, cachedInputTokens: Math.min(use.cachedInputTokens, use.inputTokens) };
    this.#since = 0;
  }
}

export const NO_USE: TokenUse = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 };

export interface Metered {
  readonly promptIndex: number;
  readonly meter: Pick<UsageMeter, 'use' | 'inputKnown'>;
}

/**
 * Use of a whole request: all output, and the input of each prompt once, however many answers it has. Of what the answers
 * to one prompt found cached the least counts, since one of them had to do the work.
 */
export function totalUse(choices: readonly Metered[]): TokenUse {
  const inputs = new Map<number, { tokens: number; cached: number }>();
  let outputTokens = 0;
  for (const { promptIndex, meter } of choices) {
    outputTokens += meter.use.outputTokens;
    if (!meter.inputKnown) continue;
    const { inputTokens, cachedInputTokens } = meter.use;
    const seen = inputs.get(promptIndex) ?? { tokens: 0, cached: Number.POSITIVE_INFINITY };
    inputs.set(promptIndex, {
      tokens: Math.max(seen.tokens, inputTokens),
      cached: Math.min(seen.cached, cachedInputTokens),
    });
  }
  let inputTokens = 0;
  let cachedInputTokens = 0;
  for (const { tokens, cached } of inputs.values()) {
    inputTokens += tokens;
    cachedInputTokens += cached;
  }
  return { inputTokens, cachedInputTokens, outputTokens };
}
