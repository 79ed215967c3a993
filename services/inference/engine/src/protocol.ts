/** What the service and the engine child say to each other over the fork channel. Types only: both sides compile it. */

export interface ToolCallMessage {
  readonly id: string;
  readonly name: string;
  /** JSON text. */
  readonly arguments: string;
}

export interface ChatTurnMessage {
  readonly role: string;
  readonly content: string;
  readonly toolCalls?: readonly ToolCallMessage[];
  readonly toolCallId?: string;
}

export interface ToolMessage {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly parameters?: object;
}

export type ToolChoiceMessage =
  { readonly mode: 'auto' | 'none' | 'required' } | { readonly mode: 'named'; readonly name: string };

export type PromptMessage =
  | {
      readonly kind: 'chat';
      readonly turns: readonly ChatTurnMessage[];
      readonly tools?: readonly ToolMessage[];
      readonly toolChoice?: ToolChoiceMessage;
    }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tokens'; readonly ids: readonly number[] };

export interface LoadOptions {
  readonly modelPath: string;
  /** Sequences that run at the same time. */
  readonly slots: number;
  /** Tokens of prompt and answer that one sequence may hold. */
  readonly contextTokens: number;
  /** Threads of llama.cpp; 0 = as many as there are cores. */
  readonly threads: number;
  /** Without a build for it the engine uses the processor, and says so. */
  readonly gpu: 'off' | 'cuda' | 'vulkan' | 'metal';
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
  /** Only prefixes of the same tenant are reused: what is cached tells what others asked. */
  readonly tenant?: string;
  readonly stop: readonly string[];
  /** 0 = the whole vocabulary. */
  readonly topK: number;
  readonly minP: number;
  /** 1 = none. */
  readonly repetitionPenalty: number;
  readonly frequencyPenalty: number;
  readonly presencePenalty: number;
  /** Token id and what is added to its logit; -100 bans it. */
  readonly logitBias: readonly (readonly [number, number])[];
  /** Alternatives per generated token; absent = no log probabilities. */
  readonly topLogprobs?: number;
  /** Alternatives per prompt token; absent = none. The prompt is then evaluated whole, without a cached prefix. */
  readonly promptLogprobs?: number;
  readonly responseFormat: ResponseFormatMessage;
  readonly singleToolCall: boolean;
  readonly ignoreEos: boolean;
  readonly minTokens: number;
}

export type ResponseFormatMessage =
  { readonly kind: 'text' | 'json_object' } | { readonly kind: 'json_schema'; readonly schema: object };

export interface LogprobReport {
  readonly id: number;
  readonly token: string;
  readonly bytes: readonly number[];
  readonly logprob: number;
}

export interface TokenLogprobReport extends Omit<LogprobReport, 'logprob'> {
  /** Absent for the first token of a prompt. */
  readonly logprob?: number;
  readonly top: readonly LogprobReport[];
}

export interface ToolCallReport {
  readonly index: number;
  /** In the first report of a call; empty afterwards. */
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

export type ParentMessage =
  | { readonly kind: 'load'; readonly options: LoadOptions }
  | { readonly kind: 'submit'; readonly id: number; readonly prompt: PromptMessage; readonly sampling: SamplingOptions }
  /** Ends a request or drops an embedding that waits. */
  | { readonly kind: 'cancel'; readonly id: number }
  /** Takes the slot of a request that goes on later: answered by `parked` at the end of the step, or by its finish. */
  | { readonly kind: 'park'; readonly id: number }
  /** A parked request may have a slot again. What it had is evaluated again, without a sign of it in its text. */
  | { readonly kind: 'unpark'; readonly id: number }
  | { readonly kind: 'count'; readonly id: number; readonly prompt: PromptMessage }
  | { readonly kind: 'tokenize'; readonly id: number; readonly prompt: PromptMessage; readonly special: boolean }
  | { readonly kind: 'detokenize'; readonly id: number; readonly tokens: readonly number[] }
  | { readonly kind: 'embed'; readonly id: number; readonly input: PromptMessage };

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'cancelled';

export interface ChildFailure {
  readonly code:
    | 'context_length_exceeded'
    | 'invalid_request'
    | 'unsupported_parameter'
    | 'unimplemented'
    | 'engine_overloaded'
    | 'engine_failed'
    | 'insufficient_memory'
    | 'cancelled';
  readonly message: string;
  /** The field of the request that is at fault. */
  readonly param?: string;
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
  readonly logprobs?: readonly TokenLogprobReport[];
  readonly promptLogprobs?: readonly TokenLogprobReport[];
  readonly toolCalls?: readonly ToolCallReport[];
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
  /** Prompt tokens and sampled tokens of this step, and how long it took. */
  readonly promptTokens: number;
  readonly sampledTokens: number;
  readonly durationMs: number;
}

/** What the model's tokenizer is; empty texts where it has no such token. */
export interface TokenizerReport {
  readonly bosToken: string;
  readonly eosToken: string;
  readonly padToken: string;
  readonly unkToken: string;
  readonly chatTemplate: string;
  readonly vocabularySize: number;
}

export type ChildMessage =
  | {
      readonly kind: 'ready';
      readonly contextTokens: number;
      readonly slots: number;
      readonly loadMs: number;
      /** `cpu`, or the kind of accelerator that the weights are on. */
      readonly device: string;
      readonly tokenizer: TokenizerReport;
    }
  | { readonly kind: 'load_failed'; readonly failure: ChildFailure }
  | ({ readonly kind: 'begun' } & BegunReport)
  | StepReport
  | { readonly kind: 'refused'; readonly id: number; readonly failure: ChildFailure }
  | { readonly kind: 'parked'; readonly id: number }
  | { readonly kind: 'counted'; readonly id: number; readonly tokens: number }
  | { readonly kind: 'tokenized'; readonly id: number; readonly tokens: readonly number[] }
  | { readonly kind: 'detokenized'; readonly id: number; readonly text: string }
  | { readonly kind: 'embedded'; readonly id: number; readonly values: readonly number[]; readonly tokens: number };
