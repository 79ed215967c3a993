import type { Answer } from './behaviour.js';

/** What the wire format needs to know of a request. */
export interface WireContext {
  readonly chat: boolean;
  readonly id: string;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly model: string;
  readonly includeUsage: boolean;
}

/** A complete answer in the form of the OpenAI API. */
export function plainBody({ chat, id, created, model }: WireContext, answer: Answer): object {
  const text = answer.tokens.join('');
  const choice = chat ? { message: { role: 'assistant', content: text } } : { text };
  return {
    id,
    object: chat ? 'chat.completion' : 'text_completion',
    created,
    model,
    choices: [{ index: 0, ...choice, logprobs: null, finish_reason: answer.finishReason }],
    usage: answer.usage,
  };
}

/** The data lines of a streamed answer: role, one per token, finish, usage when it was asked for. */
export interface StreamLines {
  readonly role: string | undefined;
  token(text: string): string;
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
  return {
    role: chat ? line([choice({ role: 'assistant', content: '' }, '', null)]) : undefined,
    token: (text) => line([choice({ content: text }, text, null)]),
    finish: line([choice({}, '', answer.finishReason)]),
    usage: includeUsage ? line([], answer.usage) : undefined,
  };
}

export const DONE_LINE = 'data: [DONE]\n\n';

export function dataLine(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

export function errorBody(message: string, code: string): object {
  return { error: { message, type: 'api_error', param: null, code } };
}
