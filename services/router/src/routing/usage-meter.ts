import { isWeirError } from '@weir/errors';
import type { engineV1, TokenUse } from '@weir/contracts';

/**
 * Follows what one attempt has used. The engine's own numbers win; text that came after its last number counts one token
 * per message, so that an attempt that was cut off is billed for what was generated.
 */
export class UsageMeter {
  #reported: TokenUse | undefined;
  #since = 0;

  /** Messages with text since the engine's last number. */
  onMessage(message: engineV1.GenerateResponse): void {
    if (message.text) this.#since += 1;
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

  /** True when there is text whose input was never counted by the engine. */
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
