/** One message of a conversation. */
export interface ChatTurn {
  readonly role: string;
  readonly content: string;
  readonly name: string;
}

export type Prompt =
  { readonly kind: 'chat'; readonly turns: readonly ChatTurn[] } | { readonly kind: 'text'; readonly text: string };

export interface GenerationOptions {
  /** undefined = the deployment's default. */
  readonly maxTokens: number | undefined;
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  readonly seed: number | undefined;
  readonly stop: readonly string[];
}

export interface GenerationRequest {
  readonly requestId: string;
  /** Whom fairness is measured by. */
  readonly tenant: string;
  readonly prompt: Prompt;
  readonly options: GenerationOptions;
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

export type FinishReason = 'stop' | 'length' | 'cancelled' | 'deadline';

export interface Finish {
  readonly reason: FinishReason;
  /** Milliseconds. */
  readonly queueMs: number;
  readonly prefillMs: number;
  readonly decodeMs: number;
}

/** A piece of an answer. The last one has `finish`. */
export interface GenerationPart {
  readonly text: string;
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
