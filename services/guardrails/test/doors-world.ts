import { readFileSync } from 'node:fs';
import { Module } from '@nestjs/common';
import { GrpcHandlers, type ServiceDescriptor } from '@weir/bootstrap';
import { inferenceV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { CallContext } from '@weir/grpc';
import { sleep } from '@weir/resilience';

const guardrails = { services: ['guardrails' as const] };
const { ChatResponse, ChatStreamResponse } = inferenceV1;

/**
 * A router whose models say what their name asks for: `echo` the last message, `leak` a card, `silent` nothing; `failing`
 * breaks in the middle, `hanging` never ends.
 */
@GrpcHandlers(inferenceV1.InferenceServiceDefinition, {
  chat: guardrails,
  chatStream: guardrails,
  embed: guardrails,
  listModels: guardrails,
})
export class TalkingRouter {
  readonly asked: { readonly input: inferenceV1.ChatInput; readonly call: CallContext }[] = [];
  left = 0;

  async chat({ input }: inferenceV1.ChatRequest, call: CallContext) {
    const content = this.#answer(input, call);
    const { n = 1 } = input ?? {};
    const choices = Array.from({ length: n }, () => ({
      message: { role: 'assistant', content },
      finishReason: 'stop',
    }));
    return ChatResponse.fromPartial({ choices, usage: { inputTokens: 5, outputTokens: 7 } });
  }

  async *chatStream({ input }: inferenceV1.ChatStreamRequest, call: CallContext) {
    const content = this.#answer(input, call);
    for (let at = 0; at < content.length; at += 4)
      yield ChatStreamResponse.fromPartial({ delta: content.slice(at, at + 4) });
    if (input?.model === 'failing') throw new WeirError('engine_failed', 'The engine broke.');
    if (input?.model === 'hanging') await this.#hang(call);
    yield ChatStreamResponse.fromPartial({ finishReason: 'stop', usage: { inputTokens: 5, outputTokens: 7 } });
  }

  async embed(): Promise<inferenceV1.EmbedResponse> {
    throw new WeirError('unimplemented', 'not in tests');
  }

  async listModels() {
    return { models: [] };
  }

  #answer(input: inferenceV1.ChatInput | undefined, call: CallContext): string {
    if (!input) throw new WeirError('invalid_request', 'no input');
    this.asked.push({ input, call });
    if (input.model === 'unknown') throw new WeirError('model_not_found', 'There is no such model.');
    if (input.model === 'silent') return '';
    if (input.model === 'leak') return 'Sure. The card is 4111 1111 1111 1111. Bye.';
    if (input.model === 'hanging') return 'One sentence. And';
    if (input.model === 'failing') return 'One sentence. And';
    return input.messages.at(-1)?.content ?? '';
  }

  async #hang(call: CallContext): Promise<void> {
    try {
      await sleep(60_000, call.signal);
    } finally {
      this.left += 1;
    }
  }
}

@Module({ providers: [TalkingRouter] })
class TalkingRouterModule {}

export const talkingRouter: ServiceDescriptor = {
  name: 'router',
  module: TalkingRouterModule,
  settings: {},
  metrics: {},
};

/** One request and its answer, as they are kept. */
export interface Exchange {
  readonly name: string;
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** For bodies that are no single JSON value. */
  readonly lines?: readonly unknown[];
  /** For bodies that are no JSON. */
  readonly raw?: string;
  readonly status: number;
  readonly answer: unknown;
}

export function goldenOf(door: string): Exchange[] {
  return JSON.parse(readFileSync(new URL(`./golden/${door}.json`, import.meta.url), 'utf8')) as Exchange[];
}

export interface Replayed {
  readonly status: number;
  readonly answer: unknown;
}

/** Sends a request as it was kept; what its answer says, without what is new each time. */
export async function replay(
  url: string,
  key: Readonly<Record<string, string>>,
  exchange: Exchange,
): Promise<Replayed> {
  const { method = 'POST', path, headers = {}, body, lines, raw = JSON.stringify(body) } = exchange;
  const content = lines ? lines.map((line) => `${JSON.stringify(line)}\n`).join('') : raw;
  const type = lines ? 'application/x-ndjson' : 'application/json';
  const sent = method === 'GET' ? {} : { body: content };
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { 'content-type': type, ...key, ...withKey(headers, key) },
    ...sent,
  });
  return {
    status: response.status,
    answer: settled(readAnswer(response.headers.get('content-type'), await response.text())),
  };
}

/** `<key>` in a header stands for the key of the test, which is new each time. */
function withKey(headers: Readonly<Record<string, string>>, { authorization = '' }: Readonly<Record<string, string>>) {
  const key = authorization.replace(/^Bearer /, '');
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace('<key>', key)]));
}

function readAnswer(type: string | null, text: string): unknown {
  if (type?.startsWith('application/x-ndjson')) return text.trim().split('\n').map(parsed);
  if (type?.startsWith('application/json')) return parsed(text);
  if (!type?.startsWith('text/event-stream')) return text;
  return text
    .trim()
    .split('\n\n')
    .map((event) => {
      const [, name, data = ''] = /^(?:event: (\w+)\n)?data: (.*)$/.exec(event) ?? [];
      if (data === '[DONE]') return data;
      return name ? { event: name, data: parsed(data) } : parsed(data);
    });
}

const parsed = (text: string): unknown => JSON.parse(text);

const ID = /^(modr|chatcmpl|cmpl)-[0-9a-f-]{32,36}$/;

/** Keys whose values depend on weights, by what stands for them. */
const BY_WEIGHTS: Readonly<Record<string, string>> = { category_scores: 'score', categories: 'category' };

/** Ids and times are new each time; scores depend on weights: only that they are ones is compared. */
export function settled(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => settled(item, key));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, settled(item, BY_WEIGHTS[key] ?? name)]),
    );
  }
  if (key === 'score' && typeof value === 'number' && value >= 0 && value <= 1) return '<score>';
  if (key === 'category' && typeof value === 'boolean') return '<boolean>';
  if (key === 'created' && typeof value === 'number') return '<time>';
  const [, prefix] = (key === 'id' && typeof value === 'string' && ID.exec(value)) || [];
  return prefix ? `${prefix}-<id>` : value;
}
