import type { Answer, FakeCall } from './answer.js';
import type { UpstreamRequestBody } from './behaviour.js';

/** What the wire format needs to know of a request. */
export interface WireContext {
  readonly chat: boolean;
  readonly id: string;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly model: string;
  readonly includeUsage: boolean;
  /** Alternatives per token; undefined = no log probabilities. */
  readonly alternatives: number | undefined;
  /** Completions: the prompt comes first. */
  readonly echo: boolean;
}

/** What a request asks of the form of its answer. */
export function wireContext(
  path: string,
  body: UpstreamRequestBody,
  made: { id: string; created: number },
): WireContext {
  const chat = path === '/chat/completions';
  const { logprobs, top_logprobs = 0 } = body;
  return {
    ...made,
    chat,
    model: body.model ?? 'fake-model',
    includeUsage: body.stream_options?.include_usage === true,
    alternatives: chat ? (logprobs === true ? top_logprobs : undefined) : numberOf(logprobs),
    echo: !chat && body.echo === true,
  };
}

const numberOf = (value: boolean | number | undefined) => (typeof value === 'number' ? value : undefined);

/** A complete answer in the form of the OpenAI API. */
export function plainBody(context: WireContext, answer: Answer): object {
  const { chat, id, created, model, echo } = context;
  const tokens = echo ? [...answer.promptTokens, ...answer.tokens] : answer.tokens;
  const text = tokens.join('');
  const calls = answer.calls.map((call) => callBody(call));
  const message = { role: 'assistant', content: calls.length > 0 ? null : text };
  const choice = chat ? { message: calls.length > 0 ? { ...message, tool_calls: calls } : message } : { text };
  return {
    id,
    object: chat ? 'chat.completion' : 'text_completion',
    created,
    model,
    choices: [{ index: 0, ...choice, logprobs: logprobs(context, tokens), finish_reason: answer.finishReason }],
    usage: answer.usage,
  };
}

/** The data lines of a streamed answer: role, one per token or piece of a call, finish, usage when it was asked for. */
export interface StreamLines {
  readonly role: string | undefined;
  readonly content: readonly string[];
  readonly finish: string;
  readonly usage: string | undefined;
}

export function streamLines(context: WireContext, answer: Answer): StreamLines {
  const { chat, id, created, model, includeUsage } = context;
  const line = (choices: object[], usage: object | null = null) => {
    const chunk = { id, object: chat ? 'chat.completion.chunk' : 'text_completion', created, model, choices };
    return dataLine(includeUsage ? { ...chunk, usage } : chunk);
  };
  const choice = (delta: object, text: string, finish_reason: string | null) =>
    chat ? { index: 0, delta, finish_reason } : { index: 0, text, finish_reason };
  const token = (text: string) => ({ ...choice({ content: text }, text, null), ...logprobsField(context, text) });
  const calls = answer.calls.flatMap((call, index) => callDeltas(call, index));
  return {
    role: chat ? line([choice({ role: 'assistant', content: '' }, '', null)]) : undefined,
    content: [
      ...answer.tokens.map((text) => line([token(text)])),
      ...calls.map((delta) => line([choice({ tool_calls: [delta] }, '', null)])),
    ],
    finish: line([choice({}, '', answer.finishReason)]),
    usage: includeUsage && answer.usage ? line([], answer.usage) : undefined,
  };
}

const callBody = ({ id, name, arguments: text }: FakeCall) => ({
  id,
  type: 'function',
  function: { name, arguments: text },
});

/** First the name, then the arguments in two pieces. */
function callDeltas(call: FakeCall, index: number): object[] {
  const half = Math.ceil(call.arguments.length / 2);
  const pieces = [call.arguments.slice(0, half), call.arguments.slice(half)];
  return [
    { index, ...callBody({ ...call, arguments: '' }) },
    ...pieces.map((piece) => ({ index, function: { arguments: piece } })),
  ];
}

const OWN_LOGPROB = -0.1;

function logprobsField(context: WireContext, token: string): object {
  return context.alternatives === undefined ? {} : { logprobs: logprobs(context, [token]) };
}

function logprobs({ chat, alternatives, echo }: WireContext, tokens: readonly string[]): object | null {
  if (alternatives === undefined) return null;
  if (chat)
    return { content: tokens.map((token) => ({ ...entry(token, 0), top_logprobs: entries(token, alternatives) })) };
  return {
    tokens,
    token_logprobs: tokens.map((_, index) => (echo && index === 0 ? null : OWN_LOGPROB)),
    top_logprobs: tokens.map((token, index) =>
      echo && index === 0
        ? null
        : Object.fromEntries(entries(token, Math.max(1, alternatives)).map((one) => [one.token, one.logprob])),
    ),
    text_offset: tokens.map((_, index) => tokens.slice(0, index).join('').length),
  };
}

const entry = (token: string, rank: number) => ({ token, logprob: OWN_LOGPROB - rank, bytes: [...Buffer.from(token)] });

const entries = (token: string, count: number) =>
  Array.from({ length: count }, (_, rank) => entry(rank === 0 ? token : `other${rank}`, rank));

export const DONE_LINE = 'data: [DONE]\n\n';

export function dataLine(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

export function errorBody(message: string, code: string, param: string | null = null): object {
  return { error: { message, type: 'api_error', param, code } };
}
