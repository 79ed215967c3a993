import type { GenerationCall, GenerationPart, Prompt } from '../generation/generation.js';
import type { EmbeddingCall, Embeddings, TokenizerInfo } from '../generation/tokens.js';

export interface BackendStatus {
  readonly state: 'loading' | 'ready' | 'unloaded' | 'failed' | 'restarting';
  /** Why, where it is not what was asked for. */
  readonly reason: string;
}

/** How much an engine has to do: one model for engines here and upstreams elsewhere. */
export interface Capacity {
  /** Requests that wait, here and at the upstream. */
  readonly queued: number;
  /** Prompt tokens that wait here. */
  readonly queuedTokens: number;
  readonly running: number;
  /** Share of the KV cache in use, 0 to 1; 0 where nobody tells. */
  readonly kvUsage: number;
}

/** One address of an upstream. */
export interface EndpointStatus {
  readonly url: string;
  readonly state: 'in_use' | 'ejected';
  readonly reason: string;
  readonly queued: number;
  readonly running: number;
  readonly kvUsage: number;
}

/** A request as a backend gets it. */
export interface BackendCall extends GenerationCall {
  /** Told when the request leaves the queue for the engine, and when it goes back into the queue. */
  readonly onPhase?: (phase: 'queued' | 'running') => void;
}

/** What runs the requests of one deployment: an engine process here, or an upstream elsewhere. */
export interface EngineBackend {
  readonly status: BackendStatus;
  readonly slots: number;
  readonly contextTokens: number;
  /** Digest of the loaded weights; empty for upstreams. */
  readonly artifactSha256: string;
  readonly running: number;
  readonly waiting: number;
  readonly capacity: Capacity;
  /** Addresses of an upstream; empty for engines here. */
  readonly endpoints: readonly EndpointStatus[];
  /** `cpu` or the id of an accelerator; empty for upstreams. */
  readonly device: string;
  /** Whether it can answer without loading anything first; the machine time of engines here counts from it. */
  readonly isLoaded: boolean;
  /** When a request that is refused now may come again. */
  retryAfterMs(): number;
  start(): void;
  stop(): Promise<void>;
  /**
   * Every failure is a WeirError; its details have the usage so far once the engine has begun, and `engine_lost: true`
   * when the engine process died with it.
   */
  generate(call: BackendCall): AsyncIterable<GenerationPart>;
  /** @throws WeirError `unimplemented` for upstreams */
  countTokens(prompt: Prompt): Promise<number>;
  /** @throws WeirError `unimplemented` for engines that have no vectors */
  embed(call: EmbeddingCall): Promise<Embeddings>;
  /** @throws WeirError `unimplemented` for upstreams */
  tokenize(prompt: Prompt, addSpecialTokens: boolean): Promise<readonly number[]>;
  /** @throws WeirError `unimplemented` for upstreams */
  detokenize(tokens: readonly number[]): Promise<string>;
  /** @throws WeirError `unimplemented` for upstreams, `engine_unavailable` while nothing is loaded */
  tokenizer(): TokenizerInfo;
}
