export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON text. */
  readonly arguments: string;
}

/** One message of a conversation. */
export interface ChatTurn {
  readonly role: string;
  readonly content: string;
  readonly name: string;
  /** assistant: the calls that it made. */
  readonly toolCalls: readonly ToolCall[];
  /** tool: the call that this answers; empty otherwise. */
  readonly toolCallId: string;
}

export type Prompt =
  | { readonly kind: 'chat'; readonly turns: readonly ChatTurn[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tokens'; readonly ids: readonly number[] };

export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments; undefined = none. */
  readonly parameters: object | undefined;
}

export type ToolChoice =
  { readonly mode: 'auto' | 'none' | 'required' } | { readonly mode: 'named'; readonly name: string };

export type ResponseFormat =
  { readonly kind: 'text' | 'json_object' } | { readonly kind: 'json_schema'; readonly schema: object };

export interface GenerationOptions {
  /** undefined = the deployment's default. */
  readonly maxTokens: number | undefined;
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  readonly seed: number | undefined;
  readonly stop: readonly string[];
  /** 0 = the whole vocabulary. */
  readonly topK: number | undefined;
  readonly minP: number | undefined;
  readonly repetitionPenalty: number | undefined;
  readonly frequencyPenalty: number | undefined;
  readonly presencePenalty: number | undefined;
  /** Token id to what is added to its logit. */
  readonly logitBias: ReadonlyMap<number, number>;
  /** Alternatives per generated token, 0 = only the token itself; undefined = no log probabilities. */
  readonly topLogprobs: number | undefined;
  /** Alternatives per prompt token; undefined = no log probabilities of the prompt. */
  readonly promptLogprobs: number | undefined;
  readonly responseFormat: ResponseFormat;
  readonly tools: readonly Tool[];
  readonly toolChoice: ToolChoice;
  readonly singleToolCall: boolean;
  readonly ignoreEos: boolean;
  readonly minTokens: number;
}

export interface GenerationRequest {
  readonly requestId: string;
  /** Whom fairness is measured by. */
  readonly tenant: string;
  readonly prompt: Prompt;
  readonly options: GenerationOptions;
  /** Higher goes first; below 0 may be shed. */
  readonly priority: number;
  /** Milliseconds from arrival to the first token. */
  readonly ttftSloMs: number | undefined;
}

/** One request on its way through a deployment. */
export interface GenerationCall {
  readonly request: GenerationRequest;
  readonly signal: AbortSignal;
  /** Epoch milliseconds. */
  readonly deadline: number | undefined;
}

export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
}

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'cancelled' | 'deadline';

export interface Finish {
  readonly reason: FinishReason;
  /** Milliseconds. */
  readonly queueMs: number;
  readonly prefillMs: number;
  readonly decodeMs: number;
}

export interface TopLogprob {
  readonly id: number;
  /** Bytes that are no whole character are U+FFFD. */
  readonly token: string;
  readonly bytes: Uint8Array;
  /** Natural logarithm of its probability in the raw distribution, before any sampling setting. */
  readonly logprob: number;
}

export interface TokenLogprob extends Omit<TopLogprob, 'logprob'> {
  /** undefined for the first token of a prompt. */
  readonly logprob: number | undefined;
  /** Most likely first. */
  readonly top: readonly TopLogprob[];
}

export interface ToolCallDelta {
  /** Position of the call in the answer. */
  readonly index: number;
  /** Set in the first delta of a call, empty afterwards. */
  readonly id: string;
  readonly name: string;
  /** JSON text to append. */
  readonly arguments: string;
}

/** A piece of an answer. The last one has `finish`. */
export interface GenerationPart {
  readonly text: string;
  /** What the model thinks before its answer, to append; only where that is told apart. */
  readonly reasoning?: string;
  /** Of the generated tokens of this piece, where asked for. */
  readonly logprobs?: readonly TokenLogprob[];
  /** In the first piece, where asked for. */
  readonly promptLogprobs?: readonly TokenLogprob[];
  readonly toolCalls?: readonly ToolCallDelta[];
  /** Tokens generated for this piece. */
  readonly tokens: number;
  /** Use so far; undefined while, or if, an upstream does not tell it. */
  readonly usage: Usage | undefined;
  readonly finish: Finish | undefined;
}

/** The details that every error after the start of a generation carries. */
export function usageDetails(usage: Usage): Record<string, number> {
  return {
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cached_input_tokens: usage.cachedInputTokens,
  };
}
