import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemSource, type Source } from '@weir/config';
import { sleep } from '@weir/resilience';
import { answerTo, DEFAULT_BEHAVIOUR, type Behaviour, type Failure, type UpstreamRequestBody } from './behaviour.js';
import { dataLine, DONE_LINE, errorBody, plainBody, streamLines, type WireContext } from './wire.js';

/** One request that a fake upstream got. Times in milliseconds since the epoch. */
export interface UpstreamRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: UpstreamRequestBody;
  readonly at: number;
  /** Content chunks that were sent. */
  chunksSent: number;
  /** The answer was complete. */
  endedAt: number | undefined;
  /** The caller left before the answer was complete. */
  abortedAt: number | undefined;
}

export interface FakeUpstreamOptions extends Partial<Behaviour> {
  readonly failure?: Failure;
  readonly port?: number;
  readonly source?: Source;
}

/** Most requests that are kept for a look; older ones are forgotten. */
const REQUESTS_KEPT = 10_000;

/** A real HTTP server that speaks the OpenAI API: chat/completions, completions and models, streamed or not. */
export class FakeUpstream implements AsyncDisposable {
  /** What came, in order; the newest 10,000. */
  readonly requests: UpstreamRequest[] = [];
  readonly #source: Source;
  readonly #server: Server;
  #behaviour: Behaviour;
  #failure: Failure | undefined;
  #failuresLeft = 0;

  constructor(options: FakeUpstreamOptions = {}) {
    const { failure, source = systemSource, ...behaviour } = options;
    this.#source = source;
    this.#behaviour = { ...DEFAULT_BEHAVIOUR, ...behaviour };
    if (failure) this.fail(failure);
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** `http://127.0.0.1:port` */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The `base_url` of OpenAI clients: the URL with `/v1`. */
  get baseUrl(): string {
    return `${this.url}/v1`;
  }

  get aborts(): UpstreamRequest[] {
    return this.requests.filter((request) => request.abortedAt !== undefined);
  }

  listen(port = 0): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
  }

  /** Changes how later requests are answered. */
  behave(behaviour: Partial<Behaviour>): void {
    this.#behaviour = { ...this.#behaviour, ...behaviour };
  }

  /** Lets later completions fail: the next `times` of them, or all until `fail(undefined)`. */
  fail(failure: Failure | undefined, times = Number.POSITIVE_INFINITY): void {
    this.#failure = failure;
    this.#failuresLeft = failure ? times : 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').replace(/^\/v1/, '').split('?', 1)[0] ?? '/';
    if (path === '/models') return sendJson(response, 200, this.#models());
    if (path !== '/chat/completions' && path !== '/completions') {
      return sendJson(response, 404, errorBody(`no ${path}`, 'not_found'));
    }
    const body = await readJson(request);
    if (!body) return sendJson(response, 400, errorBody('not JSON', 'invalid_json'));
    const seen = this.#record(request, path, body);
    const left = new AbortController();
    response.once('close', () => {
      if (response.writableFinished) return;
      seen.abortedAt = this.#source.now();
      left.abort();
    });
    await this.#complete(seen, response, left.signal).catch(() => response.destroy());
  }

  async #complete(seen: UpstreamRequest, response: ServerResponse, signal: AbortSignal): Promise<void> {
    const { body } = seen;
    const failure = this.#nextFailure();
    if (failure?.kind === 'status') {
      return sendJson(response, failure.status, errorBody('made to fail', 'made_to_fail'), failure.headers);
    }
    const context: WireContext = {
      chat: seen.path === '/chat/completions',
      id: `fake-${this.requests.length}`,
      created: Math.floor(seen.at / 1_000),
      model: body.model ?? 'fake-model',
      includeUsage: body.stream_options?.include_usage === true,
    };
    if (body.stream) await this.#stream(seen, context, { response, failure, signal });
    else await this.#answerAtOnce(seen, context, { response, failure, signal });
    seen.endedAt = this.#source.now();
  }

  async #answerAtOnce(
    seen: UpstreamRequest,
    context: WireContext,
    { response, failure, signal }: Exchange,
  ): Promise<void> {
    const { ttftMs, gapMs } = this.#behaviour;
    const answer = answerTo(seen.body, this.#behaviour);
    await pause(ttftMs + gapMs * Math.max(0, answer.tokens.length - 1), signal);
    if (failure?.kind === 'stall') await forever(signal);
    if (failure?.kind === 'cut') return void response.destroy();
    if (failure?.kind === 'garbage')
      return void response.writeHead(200, { 'content-type': 'application/json' }).end('{');
    if (failure) return sendJson(response, 200, errorBody('made to fail', 'made_to_fail'));
    seen.chunksSent = answer.tokens.length;
    sendJson(response, 200, plainBody(context, answer));
  }

  async #stream(seen: UpstreamRequest, context: WireContext, exchange: Exchange): Promise<void> {
    const { response, failure, signal } = exchange;
    const { ttftMs, gapMs } = this.#behaviour;
    const answer = answerTo(seen.body, this.#behaviour);
    const lines = streamLines(context, answer);
    await pause(ttftMs, signal);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    if (failure?.kind === 'error_event') return void response.end(dataLine(errorBody('made to fail', 'made_to_fail')));
    if (lines.role) response.write(lines.role);
    for (const token of answer.tokens) {
      if (seen.chunksSent > 0) await pause(gapMs, signal);
      if (await this.#failHere(seen, exchange)) return;
      response.write(lines.token(token));
      seen.chunksSent++;
    }
    if (await this.#failHere(seen, exchange)) return;
    response.end(lines.finish + (lines.usage ?? '') + DONE_LINE);
  }

  /** True when the stream ended here. */
  async #failHere({ chunksSent }: UpstreamRequest, { response, failure, signal }: Exchange): Promise<boolean> {
    if (!failure || !('afterChunks' in failure) || chunksSent < failure.afterChunks) return false;
    if (failure.kind === 'stall') await forever(signal);
    if (failure.kind === 'garbage') response.end('data: {"choices": [\n\n');
    // What was written before must reach the caller, so that exactly the rest is missing.
    else response.write('', () => response.destroy());
    return true;
  }

  #nextFailure(): Failure | undefined {
    if (this.#failuresLeft <= 0) return undefined;
    this.#failuresLeft--;
    return this.#failure;
  }

  #record(request: IncomingMessage, path: string, body: UpstreamRequestBody): UpstreamRequest {
    const seen: UpstreamRequest = {
      path,
      headers: request.headers,
      body,
      at: this.#source.now(),
      chunksSent: 0,
      endedAt: undefined,
      abortedAt: undefined,
    };
    this.requests.push(seen);
    if (this.requests.length > REQUESTS_KEPT) this.requests.shift();
    return seen;
  }

  #models(): object {
    return { object: 'list', data: this.#behaviour.models.map((id) => ({ id, object: 'model', owned_by: 'fake' })) };
  }
}

interface Exchange {
  readonly response: ServerResponse;
  readonly failure: Failure | undefined;
  readonly signal: AbortSignal;
}

/** Starts a fake upstream on a free port. */
export async function fakeUpstream(options: FakeUpstreamOptions = {}): Promise<FakeUpstream> {
  const upstream = new FakeUpstream(options);
  await upstream.listen(options.port);
  return upstream;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, signal);
}

/** Until the caller leaves. */
function forever(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

async function readJson(request: IncomingMessage): Promise<UpstreamRequestBody | undefined> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8')) as UpstreamRequestBody;
  } catch {
    return undefined;
  }
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
