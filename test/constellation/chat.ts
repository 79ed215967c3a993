import { request } from 'undici';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Record<string, never> & { readonly [key: string]: unknown };
  readonly text: string;
}

export interface StreamedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly chunks: readonly Chunk[];
  /** Content of all chunks. */
  readonly content: string;
  readonly finishReason: string | undefined;
  readonly usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number } | undefined;
  readonly error: { code: string; type: string; message: string; param: string | null } | undefined;
  readonly done: boolean;
}

export interface Chunk {
  readonly id?: string;
  readonly choices?: readonly {
    delta?: { role?: string; content?: string };
    text?: string;
    finish_reason: string | null;
  }[];
  readonly usage?: StreamedAnswer['usage'] | null;
  readonly error?: NonNullable<StreamedAnswer['error']>;
  readonly weir?: Record<string, unknown>;
}

export interface Sent {
  readonly url: string;
  readonly key?: string;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

function options(sent: Sent): Parameters<typeof request>[1] {
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(sent.key ? { authorization: `Bearer ${sent.key}` } : {}),
      ...sent.headers,
    },
    body: typeof sent.body === 'string' || sent.body instanceof Uint8Array ? sent.body : JSON.stringify(sent.body),
    headersTimeout: 120_000,
    bodyTimeout: 120_000,
    ...(sent.signal ? { signal: sent.signal } : {}),
  };
}

/** Posts JSON (or raw text) and reads the whole answer. */
export async function post(sent: Sent): Promise<Answer> {
  const response = await request(sent.url, options(sent));
  const text = await response.body.text();
  return {
    status: response.statusCode,
    headers: response.headers as Record<string, string>,
    text,
    body: JSON.parse(text || '{}') as Answer['body'],
  };
}

/** Posts and reads a server-sent event stream to its end, whatever that is. */
export async function postStream(
  sent: Sent,
  onChunk: (chunk: Chunk) => void = () => undefined,
): Promise<StreamedAnswer> {
  const response = await request(sent.url, options(sent));
  const chunks: Chunk[] = [];
  let pending = '';
  let done = false;
  for await (const part of response.body) {
    pending += String(part);
    const events = pending.split('\n\n');
    pending = events.pop() ?? '';
    for (const event of events) {
      if (!event.startsWith('data: ')) continue;
      if (event === 'data: [DONE]') {
        done = true;
        continue;
      }
      const chunk = JSON.parse(event.slice('data: '.length)) as Chunk;
      chunks.push(chunk);
      onChunk(chunk);
    }
  }
  const choices = chunks.flatMap((chunk) => chunk.choices ?? []);
  return {
    status: response.statusCode,
    headers: response.headers as Record<string, string>,
    chunks,
    content: choices.map((choice) => choice.delta?.content ?? choice.text ?? '').join(''),
    finishReason: choices.map((choice) => choice.finish_reason).find((reason) => reason) ?? undefined,
    usage: chunks.map((chunk) => chunk.usage).find((usage) => usage) ?? undefined,
    error: chunks.map((chunk) => chunk.error).find((error) => error),
    done,
  };
}

export async function get(url: string, key?: string): Promise<Answer> {
  const response = await request(url, { headers: key ? { authorization: `Bearer ${key}` } : {} });
  const text = await response.body.text();
  return {
    status: response.statusCode,
    headers: response.headers as Record<string, string>,
    text,
    body: JSON.parse(text || '{}') as Answer['body'],
  };
}
