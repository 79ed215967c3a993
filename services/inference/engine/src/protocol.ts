/** What the service and the engine child say to each other over the fork channel. Types only: both sides compile it. */

export interface ChatTurnMessage {
  readonly role: string;
  readonly content: string;
}

export type PromptMessage =
  | { readonly kind: 'chat'; readonly turns: readonly ChatTurnMessage[] }
  | { readonly kind: 'text'; readonly text: string };

export interface LoadOptions {
  readonly modelPath: string;
  /** Sequences that run at the same time. */
  readonly slots: number;
  /** Tokens of prompt and answer that one sequence may hold. */
  readonly contextTokens: number;
  /** Threads of llama.cpp; 0 = as many as there are cores. */
  readonly threads: number;
  readonly gpu: 'off' | 'auto';
  /** Bytes of memory that must stay free after loading. */
  readonly memoryReserveBytes: number;
}

export interface SamplingOptions {
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP: number;
  /** 32 bits. */
  readonly seed: number;
  /** The caller asked for this seed: no cached prefix, so that the batch shapes are the same every time. */
  readonly reproducible: boolean;
  readonly stop: readonly string[];
}

export type ParentMessage =
  | { readonly kind: 'load'; readonly options: LoadOptions }
  | { readonly kind: 'submit'; readonly id: number; readonly prompt: PromptMessage; readonly sampling: SamplingOptions }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'count'; readonly id: number; readonly prompt: PromptMessage };

export type FinishReason = 'stop' | 'length' | 'cancelled';

export interface ChildFailure {
  readonly code: 'context_length_exceeded' | 'invalid_request' | 'engine_failed' | 'insufficient_memory';
  readonly message: string;
  readonly details: Readonly<Record<string, number>>;
}

export interface BegunReport {
  readonly id: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
}

export interface TextReport {
  readonly id: number;
  readonly text: string;
  /** Tokens sampled in this step, the end-of-generation token included. */
  readonly tokens: number;
}

export interface FinishReport {
  readonly id: number;
  readonly reason: FinishReason;
  readonly outputTokens: number;
  readonly prefillMs: number;
  readonly decodeMs: number;
}

/** One turn of the batch loop and what came of it. */
export interface StepReport {
  readonly kind: 'step';
  readonly texts: readonly TextReport[];
  readonly finished: readonly FinishReport[];
  /** Tokens of each `llama_decode` of this step; more than one only when the batch was split. */
  readonly batches: readonly number[];
  /** Share of all KV cells that is in use, 0..1. */
  readonly kvUsage: number;
}

export type ChildMessage =
  | { readonly kind: 'ready'; readonly contextTokens: number; readonly slots: number; readonly loadMs: number }
  | { readonly kind: 'load_failed'; readonly failure: ChildFailure }
  | ({ readonly kind: 'begun' } & BegunReport)
  | StepReport
  | { readonly kind: 'refused'; readonly id: number; readonly failure: ChildFailure }
  | { readonly kind: 'counted'; readonly id: number; readonly tokens: number };
