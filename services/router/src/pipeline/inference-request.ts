import type { Principal } from '@weir/grpc';
import type { TraceContext } from '@weir/telemetry';

export const ROLES = ['system', 'developer', 'user', 'assistant', 'tool'] as const;
export type ChatRole = (typeof ROLES)[number];

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON text, as the model wrote it. */
  readonly arguments: string;
}

/** A text that was retrieved for a message: third-party content. */
export interface RetrievedDocument {
  /** Empty = none. */
  readonly title: string;
  readonly text: string;
}

export interface Turn {
  readonly role: ChatRole;
  readonly content: string;
  readonly name: string;
  /** user: what was retrieved for it; the model reads it before the content. */
  readonly documents: readonly RetrievedDocument[];
  /** assistant: the calls that it made. */
  readonly toolCalls: readonly ToolCall[];
  /** tool: the call that this answers; empty otherwise. */
  readonly toolCallId: string;
}

export type Prompt =
  | { readonly kind: 'chat'; readonly turns: readonly Turn[] }
  | { readonly kind: 'text'; readonly text: string }
  /** `text` is what the tokens stand for; undefined until the engine has told it. */
  | { readonly kind: 'tokens'; readonly ids: readonly number[]; readonly text: string | undefined };

export interface LogitBias {
  readonly token: number;
  readonly bias: number;
}

/** How tokens are chosen, and when to stop. Undefined = the deployment's default. */
export interface Sampling {
  readonly maxTokens: number | undefined;
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  readonly seed: number | undefined;
  readonly stop: readonly string[];
  readonly topK: number | undefined;
  readonly minP: number | undefined;
  readonly repetitionPenalty: number | undefined;
  readonly frequencyPenalty: number | undefined;
  readonly presencePenalty: number | undefined;
  readonly logitBias: readonly LogitBias[];
  readonly ignoreEos: boolean;
  readonly minTokens: number;
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments, as JSON text; empty = no arguments. */
  readonly parameters: string;
}

export type ToolChoice =
  { readonly mode: 'auto' | 'none' | 'required' } | { readonly mode: 'named'; readonly name: string };

export type ResponseFormat =
  | { readonly kind: 'text' | 'json_object' }
  /** `schema`: JSON Schema as JSON text. */
  | { readonly kind: 'json_schema'; readonly schema: string };

/** What an answer consists of. */
export interface AnswerForm {
  /** Answers to each prompt. */
  readonly n: number;
  /** The answer begins with the prompt. */
  readonly echo: boolean;
  /** Alternatives per token; undefined = no log probabilities. */
  readonly topLogprobs: number | undefined;
  readonly responseFormat: ResponseFormat;
  readonly tools: readonly Tool[];
  /** Undefined = auto where there are tools. */
  readonly toolChoice: ToolChoice | undefined;
  readonly singleToolCall: boolean;
  /** Length of the vectors that the client wants; undefined = whatever the model gives. */
  readonly dimensions: number | undefined;
}

export type Operation = 'chat' | 'text_completion' | 'embeddings';

/** One validated request, the same for every door. */
export interface InferenceRequest {
  readonly operation: Operation;
  readonly model: string;
  /** One for chats; each of several is answered on its own. */
  readonly prompts: readonly Prompt[];
  readonly sampling: Sampling;
  readonly form: AnswerForm;
  readonly stream: boolean;
  /** Higher goes first; below 0 = may be shed. */
  readonly priority: number;
  /** Latest wanted time to the first token, in milliseconds from arrival. */
  readonly ttftSloMs: number | undefined;
  /** Facts that the application vouches for; guardrail rules read them, models never. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The settings of a request that asks for none. */
export const DEFAULT_SAMPLING: Sampling = {
  maxTokens: undefined,
  temperature: undefined,
  topP: undefined,
  seed: undefined,
  stop: [],
  topK: undefined,
  minP: undefined,
  repetitionPenalty: undefined,
  frequencyPenalty: undefined,
  presencePenalty: undefined,
  logitBias: [],
  ignoreEos: false,
  minTokens: 0,
};

/** One answer of plain text per prompt. */
export const DEFAULT_FORM: AnswerForm = {
  n: 1,
  echo: false,
  topLogprobs: undefined,
  responseFormat: { kind: 'text' },
  tools: [],
  toolChoice: undefined,
  singleToolCall: false,
  dimensions: undefined,
};

/** Who asks, through which door, and until when the answer is of use. */
export interface Caller {
  readonly door: 'http' | 'grpc';
  readonly requestId: string;
  readonly principal: Principal;
  readonly trace: TraceContext | undefined;
  /** Aborts when the client leaves. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  /** Milliseconds that the door needed before the pipeline: reading, authentication, validation. */
  readonly doorMs: number;
  /** Proof that a person approved what the policy held back; empty = none. */
  readonly approval: string;
  /** Guardrails itself asks, to judge another request: deciding on that again would never end. */
  readonly isJudge: boolean;
}
