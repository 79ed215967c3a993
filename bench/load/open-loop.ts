import { Pool } from 'undici';

export interface Target {
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly model: string;
}

export interface LoadResult {
  readonly sent: number;
  readonly errors: number;
  readonly errorSamples: readonly string[];
  /** Milliseconds from the time a request was due to its last byte, and to its first content. */
  readonly totalMs: readonly number[];
  readonly firstMs: readonly number[];
}

const PROMPT = 'Tell me in a few short sentences what a weir is and why a river needs one, please. '.repeat(3);

/**
 * Sends requests at fixed times whatever the answers do (open loop), so that a slow gateway cannot slow its own load.
 * Times are counted from when a request was due.
 */
export async function openLoop(
  target: Target,
  options: { readonly perSecond: number; readonly seconds: number; readonly stream: boolean },
): Promise<LoadResult> {
  const pool = new Pool(new URL(target.url).origin, { connections: 512, pipelining: 1, headersTimeout: 20_000 });
  const total = Math.round(options.perSecond * options.seconds);
  const result = {
    sent: total,
    errors: 0,
    errorSamples: [] as string[],
    totalMs: [] as number[],
    firstMs: [] as number[],
  };
  const body = JSON.stringify({
    model: target.model,
    stream: options.stream,
    max_tokens: 64,
    messages: [{ role: 'user', content: PROMPT }],
    ...(options.stream ? { stream_options: { include_usage: true } } : {}),
  });
  const started = performance.now();
  const pending: Promise<void>[] = [];
  for (let index = 0; index < total; index++) {
    const due = started + (index * 1000) / options.perSecond;
    const wait = due - performance.now();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    pending.push(one(pool, target, body, due, options.stream, result));
  }
  await Promise.all(pending);
  await pool.close();
  return result;
}

async function one(
  pool: Pool,
  target: Target,
  body: string,
  due: number,
  stream: boolean,
  result: { errors: number; errorSamples: string[]; totalMs: number[]; firstMs: number[] },
): Promise<void> {
  try {
    const response = await pool.request({
      method: 'POST',
      path: new URL(target.url).pathname,
      headers: { 'content-type': 'application/json', ...target.headers },
      body,
    });
    let text = '';
    let first = 0;
    for await (const part of response.body) {
      text += part;
      if (!first && text.includes('"content":"w')) first = performance.now();
    }
    // A guard may cut the text at other places than the upstream did.
    const content = [...text.matchAll(/"content":"([^"]*)"/g)].map((match) => match[1]).join('');
    const whole =
      response.statusCode === 200 && content.includes('word28 word29') && (!stream || text.includes('[DONE]'));
    if (!whole) throw new TypeError(`${response.statusCode} ${text.slice(0, 120)}`);
    result.totalMs.push(performance.now() - due);
    result.firstMs.push(first - due);
  } catch (error) {
    result.errors += 1;
    if (result.errorSamples.length < 3) result.errorSamples.push(String(error));
  }
}
