import type { Prompt } from './generation.js';

/** Texts that are to become vectors. */
export interface EmbeddingCall {
  readonly tenant: string;
  readonly inputs: readonly Exclude<Prompt, { readonly kind: 'chat' }>[];
  readonly signal: AbortSignal;
  /** Epoch milliseconds. */
  readonly deadline: number | undefined;
}

export interface Embeddings {
  /** In the order of the inputs. */
  readonly vectors: readonly (readonly number[])[];
  readonly inputTokens: number;
}

/** What a model's tokenizer is; empty texts where it has no such token. */
export interface TokenizerInfo {
  readonly bosToken: string;
  readonly eosToken: string;
  readonly padToken: string;
  readonly unkToken: string;
  /** Jinja. */
  readonly chatTemplate: string;
  readonly vocabularySize: number;
}
