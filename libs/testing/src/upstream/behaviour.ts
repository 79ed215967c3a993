/** How a fake upstream goes wrong. */
export type Failure =
  /** Answers with a status and an OpenAI error body. */
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** Cuts the connection after so many content chunks. */
  | { readonly kind: 'cut'; readonly afterChunks: number }
  /** Sends nothing more after so many content chunks, and keeps the connection. */
  | { readonly kind: 'stall'; readonly afterChunks: number }
  /** Answers 200 and then sends an error as the first data line of the stream, as some servers do. */
  | { readonly kind: 'error_event' }
  /** Sends a line that is not JSON after so many content chunks. */
  | { readonly kind: 'garbage'; readonly afterChunks: number };

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
  readonly models: readonly string[];
}

export const DEFAULT_BEHAVIOUR: Behaviour = {
  ttftMs: 0,
  gapMs: 0,
  chunks: 5,
  text: (index) => (index === 0 ? 'token' : ' token'),
  echo: false,
  models: ['fake-model'],
};

/** The body of a request, as far as the fake reads it. */
export interface UpstreamRequestBody {
  readonly model?: string;
  readonly messages?: readonly { readonly role: string; readonly content: unknown }[];
  readonly prompt?: string | readonly string[];
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
  readonly [key: string]: unknown;
}

export interface Answer {
  readonly tokens: readonly string[];
  readonly finishReason: 'stop' | 'length';
  readonly usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
}

/** The answer to a request: a pure function of the two. */
export function answerTo(body: UpstreamRequestBody, behaviour: Behaviour): Answer {
  const input = inputText(body);
  const wanted = behaviour.echo
    ? (input.at(-1)?.match(/\s*\S+/g) ?? [])
    : Array.from({ length: behaviour.chunks }, (_, index) => behaviour.text(index));
  const limit = body.max_completion_tokens ?? body.max_tokens ?? Number.POSITIVE_INFINITY;
  const tokens = wanted.slice(0, limit);
  const prompt_tokens = input.join(' ').match(/\S+/g)?.length ?? 0;
  return {
    tokens,
    finishReason: tokens.length < wanted.length ? 'length' : 'stop',
    usage: { prompt_tokens, completion_tokens: tokens.length, total_tokens: prompt_tokens + tokens.length },
  };
}

function inputText(body: UpstreamRequestBody): string[] {
  if (body.prompt !== undefined) return [body.prompt].flat();
  return (body.messages ?? []).map(({ content }) => (typeof content === 'string' ? content : partsText(content)));
}

function partsText(content: unknown): string {
  if (!Array.isArray(content)) return '';
  return content.map((part: { text?: unknown }) => (typeof part.text === 'string' ? part.text : '')).join('');
}
