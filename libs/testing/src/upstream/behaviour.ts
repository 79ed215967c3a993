/** How a fake upstream goes wrong. */
export type Failure =
  /** Answers with a status and an error body, by default one of OpenAI's. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    }
  /** Takes so many milliseconds to the first token. */
  | { readonly kind: 'slow'; readonly ttftMs: number }
  /** Cuts the connection after so many content chunks. */
  | { readonly kind: 'cut'; readonly afterChunks: number }
  /** Sends nothing more after so many content chunks, and keeps the connection. */
  | { readonly kind: 'stall'; readonly afterChunks: number }
  /** Answers 200 and then sends an error as the first data line of the stream, as some servers do. */
  | { readonly kind: 'error_event'; readonly body?: unknown }
  /** Sends a line that is not JSON after so many content chunks. */
  | { readonly kind: 'garbage'; readonly afterChunks: number }
  /** Sends a line without an end after so many content chunks. */
  | { readonly kind: 'huge_line'; readonly afterChunks: number }
  /** Sends one header after the other, so many milliseconds apart, and never an answer. */
  | { readonly kind: 'endless_headers'; readonly everyMs: number }
  /** Ends with this for its usage; null = none. */
  | { readonly kind: 'usage'; readonly usage: object | null }
  /** Answers whole although a stream was asked for. */
  | { readonly kind: 'whole' }
  /** Ends for this reason. */
  | { readonly kind: 'finish'; readonly reason: string };

/** How a fake upstream answers. Times in milliseconds. */
export interface Behaviour {
  /** Time to the first token. */
  readonly ttftMs: number;
  /** Time between two tokens. */
  readonly gapMs: number;
  /** Tokens of an answer. */
  readonly chunks: number;
  /** Text of one token by its number. */
  readonly text: (index: number) => string;
  /** Answer with the last user message, word by word, instead. */
  readonly echo: boolean;
  /** Whether it calls tools; one that does not answers with text. */
  readonly callsTools: boolean;
  readonly models: readonly string[];
  /** Words of prompt and answer that fit. */
  readonly contextTokens: number;
  /** Numbers of a vector. */
  readonly dimensions: number;
  /** Whether `/metrics` tells the load and `/tokenize` the tokens, as vLLM does. */
  readonly metrics: boolean;
  /** What `/metrics` tells beside the requests that run. */
  readonly queued: number;
  readonly kvUsage: number;
}

export const DEFAULT_BEHAVIOUR: Behaviour = {
  ttftMs: 0,
  gapMs: 0,
  chunks: 5,
  text: (index) => (index === 0 ? 'token' : ' token'),
  echo: false,
  callsTools: true,
  models: ['fake-model'],
  contextTokens: 32_768,
  dimensions: 8,
  metrics: false,
  queued: 0,
  kvUsage: 0,
};

/** The body of a request, as far as the fake reads it. */
export interface UpstreamRequestBody {
  readonly model?: string;
  readonly messages?: readonly { readonly role: string; readonly content: unknown }[];
  readonly prompt?: string | readonly string[] | readonly number[];
  readonly input?: string | readonly (string | readonly number[])[];
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
  readonly min_tokens?: number;
  readonly ignore_eos?: boolean;
  readonly stop?: string | readonly string[];
  readonly echo?: boolean;
  /** true in chats, a number in completions. */
  readonly logprobs?: boolean | number;
  readonly top_logprobs?: number;
  readonly tools?: readonly { readonly function: { readonly name: string; readonly parameters?: object } }[];
  readonly tool_choice?: string | { readonly function: { readonly name: string } };
  readonly response_format?: { readonly type: string; readonly json_schema?: { readonly schema?: object } };
  readonly [key: string]: unknown;
}
