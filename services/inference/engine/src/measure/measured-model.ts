import type { GgufFileInfo, Llama, LlamaModel, Token } from 'node-llama-cpp';
import { Native, type NativeSampler } from '../model/native.js';
import type { Weights } from './compare-distributions.js';
import type { Chunk } from './corpus-chunks.js';

/** Bounds the logits that one decode leaves behind: this many times the vocabulary. */
export const BATCH_TOKENS = 128;

export interface MeasuredModelOptions {
  readonly path: string;
  readonly file: GgufFileInfo;
  readonly contextTokens: number;
  readonly threads: number;
}

/** One model that reads a text and tells its whole distribution at each position. */
export class MeasuredModel {
  private constructor(
    private readonly model: LlamaModel,
    private readonly native: Native,
    private readonly sampler: NativeSampler,
    private readonly vocabularySize: number,
  ) {}

  static async load(llama: Llama, options: MeasuredModelOptions): Promise<MeasuredModel> {
    const model = await llama.loadModel({ modelPath: options.path });
    const context = await model.createContext({
      sequences: 1,
      contextSize: options.contextTokens,
      batchSize: BATCH_TOKENS,
    });
    const native = Native.of(llama, model, context);
    native.context.setThreads(options.threads);
    const sampler = native.sampler();
    // A greedy chain leaves the whole vocabulary as it is: its probabilities are the plain softmax.
    sampler.applyConfig({ temperature: 0, seed: 0 });
    return new MeasuredModel(model, native, sampler, options.file.metadata.tokenizer.ggml?.tokens.length ?? 0);
  }

  tokenize(text: string): Token[] {
    return this.model.tokenize(text, false);
  }

  /** The token that a text begins with, where the model wants one. */
  get bos(): number | undefined {
    const { bos, shouldPrependBosToken } = this.model.tokens;
    return shouldPrependBosToken ? (bos ?? undefined) : undefined;
  }

  /** Reads a chunk from an empty context; the position counts from the first compared one. */
  async read(chunk: Chunk, onPosition: (position: number, weights: Weights) => void): Promise<void> {
    const { context } = this.native;
    context.disposeSequence(0);
    for (let start = 0; start < chunk.tokens.length; start += BATCH_TOKENS) {
      const tokens = chunk.tokens.slice(start, start + BATCH_TOKENS);
      const wanted = tokens.map((_token, at) => at).filter((at) => start + at >= chunk.from);
      context.initBatch(tokens.length);
      const outputs = context.addToBatch(0, start, Uint32Array.from(tokens), Uint32Array.from(wanted));
      await context.decodeBatch();
      for (const [index, output] of outputs.entries()) {
        const weights = await this.weightsOf(output);
        onPosition(start + (wanted[index] ?? 0) - chunk.from, weights);
      }
    }
  }

  private async weightsOf(output: number): Promise<Weights> {
    const [, probabilities = []] = await this.native.context.sampleToken(output, this.sampler, true, false);
    const weights = new Float32Array(this.vocabularySize);
    for (let at = 0; at < probabilities.length; at += 2) weights[probabilities[at]!] = probabilities[at + 1]!;
    return weights;
  }
}
