import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemSource, type Source } from '@weir/config';
import { answerTo, refusalOf } from './answer.js';
import { DEFAULT_BEHAVIOUR, type Behaviour, type Failure, type UpstreamRequestBody } from './behaviour.js';
import { Exchange, sendJson } from './exchange.js';
import { embeddingsBody, metricsPage, modelsBody, tokenizerBody } from './other-pages.js';
import { errorBody, wireContext } from './wire.js';

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

/** Decides by a request whether it fails, and how. */
export type FailureRule = (request: UpstreamRequest) => Failure | undefined;

/**
 * A real HTTP server that speaks the OpenAI API: chat/completions and completions, streamed or not, with tools, log
 * probabilities and JSON; embeddings, models, and the load in `/metrics` where it is told to.
 */
export class FakeUpstream implements AsyncDisposable {
  /** What came, in order; the newest 10,000. */
  readonly requests: UpstreamRequest[] = [];
  /** What was asked beside completions and embeddings, in order; the newest 10,000. */
  readonly probes: Pick<UpstreamRequest, 'path' | 'headers'>[] = [];
  readonly #source: Source;
  readonly #server: Server;
  #behaviour: Behaviour;
  #failure: Failure | undefined;
  #failuresLeft = 0;
  #rule: FailureRule | undefined;
  #running = 0;

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

  /** Lets those later requests fail for which the rule names a failure, until `failWhen(undefined)`. */
  failWhen(rule: FailureRule | undefined): void {
    this.#rule = rule;
  }

  /** Requests that are being answered. */
  get running(): number {
    return this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').replace(/^\/v1/, '').split('?', 1)[0] ?? '/';
    if (request.method === 'GET') keep(this.probes, { path, headers: request.headers });
    if (path === '/models') return sendJson(response, 200, modelsBody(this.#behaviour));
    if (path === '/metrics' && this.#behaviour.metrics) {
      return void response.end(metricsPage(this.#running, this.#behaviour));
    }
    if (this.#behaviour.metrics && (path === '/tokenize' || path === '/detokenize')) {
      return sendJson(response, 200, tokenizerBody((await readJson(request)) ?? {}));
    }
    if (path !== '/chat/completions' && path !== '/completions' && path !== '/embeddings') {
      return sendJson(response, 404, errorBody(`no ${path}`, 'not_found'));
    }
    const body = await readJson(request);
    if (!body) return sendJson(response, 400, errorBody('not JSON', 'invalid_json'));
    const seen = this.#record(request, path, body);
    const left = new AbortController();
    this.#running++;
    response.once('close', () => {
      this.#running--;
      if (response.writableFinished) return;
      seen.abortedAt = this.#source.now();
      left.abort();
    });
    await this.#answer(seen, response, left.signal).catch(() => response.destroy());
  }

  async #answer(seen: UpstreamRequest, response: ServerResponse, signal: AbortSignal): Promise<void> {
    const { body, path } = seen;
    const behaviour = this.#behaviour;
    const failure = this.#rule?.(seen) ?? this.#nextFailure();
    const refusal = refusalOf(body, behaviour);
    if (refusal) return sendJson(response, 400, errorBody(refusal.message, refusal.code, refusal.param));
    if (path === '/embeddings' && failure?.kind !== 'status') {
      return sendJson(response, 200, embeddingsBody(body, behaviour));
    }
    const made = { id: `fake-${this.requests.length}`, created: Math.floor(seen.at / 1_000) };
    const exchange = new Exchange({
      context: wireContext(path, body, made),
      answer: answerTo(body, behaviour),
      behaviour,
      failure,
      response,
      signal,
      onChunk: () => seen.chunksSent++,
    });
    await exchange.run(body.stream === true);
    if (failure?.kind !== 'status') seen.endedAt = this.#source.now();
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
    keep(this.requests, seen);
    return seen;
  }
}

function keep<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > REQUESTS_KEPT) list.shift();
}

/** Starts a fake upstream on a free port. */
export async function fakeUpstream(options: FakeUpstreamOptions = {}): Promise<FakeUpstream> {
  const upstream = new FakeUpstream(options);
  await upstream.listen(options.port);
  return upstream;
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
