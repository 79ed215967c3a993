// One stream of an OpenAI-compatible server: how many tokens it had and when each piece came.
import { Pool } from 'undici';

export interface Server {
  readonly name: string;
  /** Without /v1. */
  readonly url: string;
  readonly key: string;
  readonly model: string;
}

export interface StreamRequest {
  readonly prompt: string;
  /** Exactly so many are generated. */
  readonly tokens: number;
  /** Weir answers seeded requests without its prefix cache; the peer does not. */
  readonly seed?: number;
}

export interface StreamResult {
  readonly status: number;
  readonly tokens: number;
  /** Milliseconds from sending to each piece of text. */
  readonly pieceMs: readonly number[];
  readonly totalMs: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

// The same sampling everywhere: each server has defaults of its own.
const SAMPLING = { temperature: 0.8, top_k: 40, top_p: 1, min_p: 0, ignore_eos: true };

/** Opens connections to a server for as many streams as a benchmark wants. */
export function poolOf(server: Server): Pool {
  return new Pool(server.url, { connections: 512, pipelining: 1, headersTimeout: 300_000, bodyTimeout: 300_000 });
}

export async function generate(pool: Pool, server: Server, request: StreamRequest): Promise<StreamResult> {
  const sent = performance.now();
  const response = await pool.request({
    method: 'POST',
    path: '/v1/chat/completions',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.key}` },
    body: JSON.stringify({
      model: server.model,
      messages: [{ role: 'user', content: request.prompt }],
      max_tokens: request.tokens,
      seed: request.seed,
      stream: true,
      stream_options: { include_usage: true },
      ...SAMPLING,
    }),
  });
  const pieceMs: number[] = [];
  let text = '';
  for await (const part of response.body) {
    text += part;
    if (String(part).includes('"content":"')) pieceMs.push(performance.now() - sent);
  }
  return {
    status: response.statusCode,
    tokens: Number(/"completion_tokens":(\d+)/.exec(text)?.[1] ?? 0),
    pieceMs,
    totalMs: performance.now() - sent,
    headers: response.headers,
  };
}

/** Streams at the same time, each of `tokens`; tokens per second of all together. */
export async function rateOf(server: Server, streams: number, tokens: number, prompt: string): Promise<number> {
  const pool = poolOf(server);
  const started = performance.now();
  const results = await Promise.all(Array.from({ length: streams }, () => generate(pool, server, { prompt, tokens })));
  const seconds = (performance.now() - started) / 1000;
  await pool.close();
  const short = results.find((result) => result.tokens !== tokens);
  if (short) throw new TypeError(`${server.name}: ${short.tokens} tokens instead of ${tokens} (HTTP ${short.status})`);
  return (streams * tokens) / seconds;
}
