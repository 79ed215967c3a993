import type { GenerationCall, GenerationPart, Prompt } from '../generation/generation.js';

export interface BackendStatus {
  readonly state: 'loading' | 'ready' | 'unloaded' | 'failed' | 'restarting';
  /** Why, where it is not what was asked for. */
  readonly reason: string;
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
  /** When a request that is refused now may come again. */
  retryAfterMs(): number;
  start(): void;
  stop(): Promise<void>;
  /** Every failure is a WeirError; its details have the usage so far once the engine has begun. */
  generate(call: GenerationCall): AsyncIterable<GenerationPart>;
  /** @throws WeirError `unimplemented` for upstreams */
  countTokens(prompt: Prompt): Promise<number>;
}
