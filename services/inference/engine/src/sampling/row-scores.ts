import type { Token } from 'node-llama-cpp';
import type { BatchModel } from '../batch/batch-model.js';
import type { Generation } from '../batch/generation.js';
import type { DecodeRow, Output } from '../model/decoder.js';
import type { TokenLogprobReport } from '../protocol.js';

/** Log probabilities as they are reported. */
export class RowScores {
  constructor(private readonly model: Pick<BatchModel, 'scorer' | 'describe'>) {}

  async ofToken(output: Output, token: Token, alternatives: number): Promise<TokenLogprobReport> {
    const { logprob, top } = await this.model.scorer.score(output, token, alternatives);
    return {
      ...this.model.describe(token),
      logprob,
      top: top.map((other) => ({ ...this.model.describe(other.token), logprob: other.logprob })),
    };
  }

  /** The prompt tokens that the outputs of a row predict. Nothing predicts the first token of a prompt. */
  async ofPrompt(generation: Generation, row: DecodeRow, outputs: readonly Output[]): Promise<TokenLogprobReport[]> {
    const { tokens, promptLength, sampling } = generation;
    const alternatives = sampling.promptLogprobs ?? 0;
    const predicted = outputs.slice(0, Math.max(0, promptLength - 1 - row.start));
    const scores = await Promise.all(
      predicted.map((output, index) => this.ofToken(output, tokens[row.start + index + 1]!, alternatives)),
    );
    return row.start === 0 ? [{ ...this.model.describe(tokens[0]!), top: [] }, ...scores] : scores;
  }
}
