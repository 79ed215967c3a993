import type { Token } from 'node-llama-cpp';
import type { NativeContext } from './native.js';

/** Where the logits of a token are, until the next `decode`. */
export type Output = number;

/** Tokens of one sequence in a batch. */
export interface DecodeRow {
  readonly sequence: number;
  /** Position of the first token. */
  readonly start: number;
  readonly tokens: readonly Token[];
  /** Indexes of the tokens whose logits are wanted, rising. */
  readonly outputs: readonly number[];
}

/** Evaluates batches over several sequences. */
export interface Decoder {
  /** One `llama_decode`. Gives the outputs of each row. */
  decode(rows: readonly DecodeRow[]): Promise<readonly (readonly Output[])[]>;
  /** Forgets all but the first tokens of a sequence; gives how many it still has, which may be none. */
  keep(sequence: number, tokens: number): number;
}

/** The decoder of one llama.cpp context. */
export class ContextDecoder implements Decoder {
  /** @param window Positions that a sliding window reaches back; 0 = attention to everything */
  constructor(
    private readonly context: NativeContext,
    private readonly window: number,
    private readonly onBatch: (tokens: number) => void,
  ) {}

  async decode(rows: readonly DecodeRow[]): Promise<readonly (readonly Output[])[]> {
    const tokens = rows.reduce((sum, row) => sum + row.tokens.length, 0);
    this.context.initBatch(tokens);
    const outputs = rows.map((row) => {
      const [ids, wanted] = [Uint32Array.from(row.tokens), Uint32Array.from(row.outputs)];
      return [...this.context.addToBatch(row.sequence, row.start, ids, wanted)];
    });
    this.onBatch(tokens);
    await this.context.decodeBatch();
    return outputs;
  }

  keep(sequence: number, tokens: number): number {
    if (tokens > 0 && this.isWhole(sequence, tokens) && this.context.removeTokenCellsFromSequence(sequence, tokens, -1))
      return tokens;
    this.context.disposeSequence(sequence);
    return 0;
  }

  // A model with a sliding window has dropped what lies before it, and cannot go back to there.
  private isWhole(sequence: number, tokens: number): boolean {
    const first = this.context.getSequenceKvCacheMinPosition(sequence);
    return first <= 0 || (this.window > 0 && first <= tokens - this.window);
  }
}
