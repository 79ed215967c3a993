import type { Behaviour, UpstreamRequestBody } from './behaviour.js';
import { sampleOf } from './json-sample.js';

export interface FakeCall {
  readonly id: string;
  readonly name: string;
  /** JSON text. */
  readonly arguments: string;
}

export interface Answer {
  readonly promptTokens: readonly string[];
  readonly tokens: readonly string[];
  readonly calls: readonly FakeCall[];
  readonly finishReason: string;
  readonly usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
}

export interface Refusal {
  readonly message: string;
  readonly code: string;
  readonly param: string | null;
}

/** Why a request cannot be answered; undefined when it can. */
export function refusalOf(body: UpstreamRequestBody, behaviour: Behaviour): Refusal | undefined {
  const { response_format: format } = body;
  if (format?.type === 'json_schema' && sampleOf((format.json_schema?.schema ?? {}) as never) === undefined) {
    return { message: 'The schema is not understood.', code: 'invalid_value', param: 'response_format' };
  }
  if (promptOf(body).length <= behaviour.contextTokens) return undefined;
  const message = `This model's maximum context length is ${behaviour.contextTokens} tokens.`;
  return { message, code: 'context_length_exceeded', param: 'messages' };
}

/** The answer to a request: a pure function of the two. */
export function answerTo(body: UpstreamRequestBody, behaviour: Behaviour): Answer {
  const promptTokens = promptOf(body);
  const calls = behaviour.callsTools ? callsOf(body) : [];
  const wanted = calls.length > 0 ? [] : wantedTokens(body, behaviour);
  const limit = body.max_completion_tokens ?? body.max_tokens ?? Number.POSITIVE_INFINITY;
  const stopped = untilStop(wanted.slice(0, limit), [body.stop ?? []].flat());
  const completion_tokens = stopped.generated + calls.length * 8;
  return {
    promptTokens,
    tokens: stopped.tokens,
    calls,
    finishReason: calls.length > 0 ? 'tool_calls' : !stopped.isStopped && limit < wanted.length ? 'length' : 'stop',
    usage: {
      prompt_tokens: promptTokens.length,
      completion_tokens,
      total_tokens: promptTokens.length + completion_tokens,
    },
  };
}

function wantedTokens(body: UpstreamRequestBody, behaviour: Behaviour): string[] {
  const { response_format: format, max_tokens = 0, min_tokens = 0, ignore_eos } = body;
  if (format?.type === 'json_object') return wordsOf('{"ok": true}');
  if (format?.type === 'json_schema') {
    return wordsOf(JSON.stringify(sampleOf((format.json_schema?.schema ?? {}) as never)));
  }
  if (behaviour.echo) return wordsOf(inputText(body).at(-1) ?? '');
  const length = Math.max(behaviour.chunks, min_tokens, ignore_eos ? max_tokens + 1 : 0);
  return Array.from({ length }, (_, index) => behaviour.text(index));
}

/** Calls its first tool, or the one it must call, where there are tools and it may. */
function callsOf({ tools = [], tool_choice: choice }: UpstreamRequestBody): FakeCall[] {
  const wanted = typeof choice === 'object' ? choice.function.name : undefined;
  const tool = tools.find((one) => wanted === undefined || one.function.name === wanted);
  if (!tool || choice === 'none') return [];
  const { name, parameters } = tool.function;
  return [
    { id: 'call_fake_0', name, arguments: JSON.stringify(sampleOf((parameters ?? { type: 'object' }) as never)) },
  ];
}

function untilStop(tokens: readonly string[], stops: readonly string[]) {
  const text = tokens.join('');
  const at = Math.min(...stops.map((stop) => text.indexOf(stop)).filter((place) => place >= 0));
  if (!Number.isFinite(at)) return { tokens, generated: tokens.length, isStopped: false };
  const kept: string[] = [];
  let length = 0;
  for (const token of tokens) {
    if (length >= at) break;
    kept.push(token.slice(0, at - length));
    length += token.length;
  }
  return { tokens: kept, generated: Math.max(1, kept.length), isStopped: true };
}

/** Words, with the space before them. */
const wordsOf = (text: string): string[] => text.match(/\s*\S+/g) ?? [];

function promptOf(body: UpstreamRequestBody): string[] {
  const { prompt } = body;
  if (Array.isArray(prompt) && prompt.every((one) => typeof one === 'number')) return prompt.map((id) => ` ${id}`);
  return inputText(body).flatMap(wordsOf);
}

function inputText(body: UpstreamRequestBody): string[] {
  if (body.prompt !== undefined) return [body.prompt].flat().map(String);
  return (body.messages ?? []).map(({ content }) => (typeof content === 'string' ? content : partsText(content)));
}

function partsText(content: unknown): string {
  if (!Array.isArray(content)) return '';
  return content.map((part: { text?: unknown }) => (typeof part.text === 'string' ? part.text : '')).join('');
}
