import type { ChildFailure } from '../protocol.js';

/** What the service and the measuring child say to each other over the fork channel. Types only: both sides compile it. */

export interface MeasureJob {
  readonly parentPath: string;
  readonly candidatePath: string;
  /** UTF-8 text that both read. */
  readonly corpusPath: string;
  /** Tokens of one chunk, at most; the first half of a chunk is context only. */
  readonly chunkTokens: number;
  /** Positions to compare, at most; 0 = as many as the corpus has. */
  readonly maxPositions: number;
  /** Threads of both models together; 0 = as many as there are cores. */
  readonly threads: number;
  readonly gpu: 'off' | 'auto';
  /** Bytes of memory that must stay free after loading. */
  readonly memoryReserveBytes: number;
}

/** One entry per compared position, in nats. */
export interface ComparedPositions {
  /** Kullback-Leibler divergence of the candidate's distribution from the parent's. */
  readonly kl: readonly number[];
  /** Negative logarithm of the probability of the token that the corpus has there. */
  readonly parentNll: readonly number[];
  readonly candidateNll: readonly number[];
  /** Whether both hold the same token for the most likely. */
  readonly sameTop: readonly boolean[];
}

export type MeasureMessage =
  | { readonly kind: 'started'; readonly positions: number }
  | { readonly kind: 'chunk'; readonly compared: ComparedPositions }
  | { readonly kind: 'ended' }
  | { readonly kind: 'failed'; readonly failure: ChildFailure };
