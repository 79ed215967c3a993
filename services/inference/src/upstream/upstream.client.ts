import { Pool } from 'undici';
import { publicLookup, requirePublicHost } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import type { DeploymentState } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { anySignal } from '@weir/resilience';
import type { InferenceSettings } from '../inference.config.js';
import { connectionFailure, upstreamFailure } from './errors/upstream-errors.js';
import type { UpstreamRequest } from './request/generation-body.js';

const CONNECT_MS = 10_000;
const KEEP_ALIVE_MS = 30_000;
export const MOST_ANSWER_BYTES = 64 * 1_048_576;
const MOST_ERROR_BYTES = 65_536;
const MOST_PROBE_BYTES = 1_048_576;
const PROBE_MS = 1_000;
/** Beside those of the slots, so that a full engine can still be asked how it is. */
const PROBE_CONNECTIONS = 1;

export interface UpstreamClientOptions {
  readonly baseUrl: string;
  readonly engine: DeploymentState['engine'];
  readonly secret: string;
  readonly settings: InferenceSettings;
  readonly source: Source;
}

export interface UpstreamReply {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** One JSON value, not a stream of events. */
  readonly isJson: boolean;
}

export interface ProbeAnswer {
  readonly status: number;
  readonly body: string;
}

/** Connections to one address of an OpenAI-compatible upstream: as many as the deployment has slots, kept alive. */
export class UpstreamClient implements AsyncDisposable {
  private readonly pool: Pool;
  private readonly basePath: string;
  private readonly headers: Record<string, string>;

  /** @throws WeirError `invalid_configuration` when the base URL is none, or is at a private address */
  constructor(private readonly options: UpstreamClientOptions) {
    const { baseUrl, engine, secret, settings } = options;
    const url = parseBaseUrl(baseUrl);
    if (!engine.allow_private_address) requirePublicHost(url.hostname);
    this.basePath = url.pathname.replace(/\/+$/, '');
    this.headers = {
      'content-type': 'application/json',
      accept: 'text/event-stream, application/json',
      'user-agent': 'weir',
      ...(secret ? { authorization: `Bearer ${secret}` } : {}),
    };
    this.pool = new Pool(url.origin, {
      connections: engine.slots + PROBE_CONNECTIONS,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: settings.upstreamFirstByteSeconds * 1_000,
      bodyTimeout: settings.upstreamIdleSeconds * 1_000,
      maxResponseSize: MOST_ANSWER_BYTES,
      connect: {
        timeout: CONNECT_MS,
        ...(engine.allow_private_address ? {} : { lookup: publicLookup() }),
      },
    });
  }

  /** What the server has outside of its API: `/metrics` beside `/v1`. */
  get rootPath(): string {
    return this.basePath.replace(/\/v1$/, '');
  }

  /**
   * Sends a request and gives its answer as it comes. Aborting the signal closes the connection.
   * @throws WeirError what the upstream's status stands for, `upstream_error`, `deadline_exceeded`
   */
  async send({ path, body }: UpstreamRequest, requestId: string, signal: AbortSignal): Promise<UpstreamReply> {
    return this.post({ path: this.basePath + path, body }, requestId, signal);
  }

  /**
   * Sends a request and gives its answer whole.
   * @throws WeirError as `send`
   */
  async ask(request: UpstreamRequest, requestId: string, signal: AbortSignal): Promise<string> {
    const { bytes } = await this.send(request, requestId, signal);
    return (await readText(bytes, MOST_ANSWER_BYTES)).text;
  }

  /**
   * Asks what a server knows outside of its API, beside `/v1`.
   * @throws WeirError as `send`
   */
  async askServer({ path, body }: UpstreamRequest, signal: AbortSignal): Promise<string> {
    const { bytes } = await this.post({ path: this.rootPath + path, body }, '', signal);
    return (await readText(bytes, MOST_ANSWER_BYTES)).text;
  }

  /**
   * Gets what is at a path of the server, in at most a second and a mebibyte.
   * @throws WeirError `upstream_error`, `deadline_exceeded`
   */
  async probe(path: string, signal: AbortSignal): Promise<ProbeAnswer> {
    const bounded = anySignal(signal, AbortSignal.timeout(PROBE_MS));
    try {
      const { statusCode, body } = await this.pool.request({
        method: 'GET',
        path,
        headers: { ...this.headers, accept: 'text/plain, application/json' },
        signal: bounded,
      });
      const { text, isWhole } = await readText(body, MOST_PROBE_BYTES);
      if (!isWhole) throw new WeirError('upstream_error', `The upstream's ${path} is too large.`);
      return { status: statusCode, body: text };
    } catch (error) {
      throw connectionFailure(error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pool.destroy();
  }

  private async post({ path, body }: UpstreamRequest, requestId: string, signal: AbortSignal): Promise<UpstreamReply> {
    const headers = requestId ? { ...this.headers, 'x-request-id': requestId } : this.headers;
    const answer = await this.pool.request({ method: 'POST', path, headers, body, signal }).catch((error: unknown) => {
      throw connectionFailure(error);
    });
    const isJson = String(answer.headers['content-type'] ?? '').startsWith('application/json');
    if (answer.statusCode === 200) return { bytes: answer.body, isJson };
    const { text } = await readText(answer.body, MOST_ERROR_BYTES);
    throw upstreamFailure({
      status: answer.statusCode,
      body: this.withoutSecret(text),
      headers: answer.headers,
      now: this.options.source.now(),
      request: body,
    });
  }

  /** Some show the whole request in their errors. */
  private withoutSecret(text: string): string {
    const { secret } = this.options;
    return secret ? text.replaceAll(secret, '***') : text;
  }
}

function parseBaseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const usable = url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash;
  if (!usable)
    throw new WeirError('invalid_configuration', 'base_url must be an http(s) URL without credentials or query.');
  return url;
}

/**
 * The text of a body, as far as `most`. Leaving a body before its end closes its connection.
 * @throws WeirError `upstream_error`, `deadline_exceeded`
 */
export async function readText(
  body: AsyncIterable<Uint8Array>,
  most: number,
): Promise<{ text: string; isWhole: boolean }> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const bytes of body) {
      text += decoder.decode(bytes, { stream: true });
      if (text.length > most) return { text, isWhole: false };
    }
  } catch (error) {
    throw connectionFailure(error);
  }
  return { text: text + decoder.decode(), isWhole: true };
}
