import type { LlamaEmbeddingContext, LlamaModel, Token } from 'node-llama-cpp';
import { ChildError } from '../child-error.js';
import type { ContextShape } from './memory.js';
import { oneAtATime, type Exclusive } from './one-at-a-time.js';
import { tooLong } from './tokenizer.js';

/** A text is pooled within one batch, and the memory of a batch grows with its square. */
const MOST_TOKENS = 2_048;
const MOST_WAITING = 256;

export interface EmbedderParts {
  readonly model: Pick<LlamaModel, 'createEmbeddingContext'>;
  readonly contextTokens: number;
  /** Rejects with ChildError `insufficient_memory`. */
  readonly requireMemory: (shape: ContextShape) => Promise<void>;
  /** There where the device cannot work for two contexts at the same time. */
  readonly exclusive: Exclusive | undefined;
}

export interface Embedded {
  /** Of length 1. */
  readonly values: readonly number[];
  readonly tokens: number;
}

/** Turns texts into vectors, one after another, in a context of its own that is made when it is needed first. */
export class Embedder {
  private context: Promise<LlamaEmbeddingContext> | undefined;
  private readonly inTurn = oneAtATime();
  private waiting = 0;

  constructor(private readonly parts: EmbedderParts) {}

  /** @throws ChildError `context_length_exceeded`, `engine_overloaded`, `cancelled`, `insufficient_memory`, `unimplemented` */
  async embed(tokens: readonly Token[], signal: AbortSignal): Promise<Embedded> {
    const most = Math.min(this.parts.contextTokens, MOST_TOKENS);
    if (tokens.length >= most) throw tooLong(tokens.length, most);
    if (this.waiting >= MOST_WAITING) throw new ChildError('engine_overloaded', 'Too many texts wait to be embedded.');
    this.waiting++;
    try {
      return await this.inTurn(() => this.vector(tokens, signal));
    } finally {
      this.waiting--;
    }
  }

  private async vector(tokens: readonly Token[], signal: AbortSignal): Promise<Embedded> {
    if (signal.aborted) throw new ChildError('cancelled', 'The caller left.');
    this.context ??= this.open();
    const context = await this.context;
    const work = () => context.getEmbeddingFor([...tokens]);
    const { vector } = await (this.parts.exclusive ? this.parts.exclusive(work) : work());
    return { values: normalized(vector), tokens: tokens.length };
  }

  private async open(): Promise<LlamaEmbeddingContext> {
    const contextSize = Math.min(this.parts.contextTokens, MOST_TOKENS);
    try {
      await this.parts.requireMemory({ contextTokens: contextSize, batchTokens: contextSize, sequences: 1 });
      return await this.parts.model.createEmbeddingContext({ contextSize, batchSize: contextSize });
    } catch (error) {
      // Memory may be free later.
      this.context = undefined;
      if (error instanceof ChildError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new ChildError('unimplemented', `This model gives no vectors: ${reason}`);
    }
  }
}

/** Divided by its length; a vector of zeros stays one. */
function normalized(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((value) => (length > 0 ? value / length : value));
}
