import { Pool, type Dispatcher } from 'undici';
import type { Source } from '@weir/config';
import type { DeploymentState } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { InferenceSettings } from '../inference.config.js';
import { publicLookup, requirePublicHost } from './address-guard.js';
import { connectionFailure, upstreamFailure } from './upstream-errors.js';
import type { UpstreamRequest } from './chat-body.js';

const CONNECT_MS = 10_000;
const KEEP_ALIVE_MS = 30_000;
const MOST_ANSWER_BYTES = 64 * 1_048_576;
const MOST_ERROR_BYTES = 65_536;

export interface UpstreamClientOptions {
  readonly engine: DeploymentState['engine'];
  readonly secret: string;
  readonly settings: InferenceSettings;
  readonly source: Source;
}

/** Connections to one OpenAI-compatible upstream: as many as the deployment has slots, kept alive. */
export class UpstreamClient implements AsyncDisposable {
  private readonly pool: Pool;
  private readonly basePath: string;
  private readonly headers: Record<string, string>;

  /** @throws WeirError `invalid_configuration` when the base URL is none, or is at a private address */
  constructor(private readonly options: UpstreamClientOptions) {
    const { engine, secret, settings } = options;
    const url = parseBaseUrl(engine.base_url);
    if (!engine.allow_private_address) requirePublicHost(url.hostname);
    this.basePath = url.pathname.replace(/\/+$/, '');
    this.headers = {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      'user-agent': 'weir',
      ...(secret ? { authorization: `Bearer ${secret}` } : {}),
    };
    this.pool = new Pool(url.origin, {
      connections: engine.slots,
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

  /**
   * Sends a request and gives the stream of its answer. Aborting the signal closes the connection.
   * @throws WeirError what the upstream's status stands for, `upstream_error`, `deadline_exceeded`
   */
  async send(
    { path, body }: UpstreamRequest,
    requestId: string,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>> {
    const answer = await this.request({ path, body }, requestId, signal);
    if (answer.statusCode === 200) return answer.body;
    throw upstreamFailure({
      status: answer.statusCode,
      body: await readStart(answer.body),
      retryAfter: single(answer.headers['retry-after']),
      now: this.options.source.now(),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pool.destroy();
  }

  private async request({ path, body }: UpstreamRequest, requestId: string, signal: AbortSignal) {
    try {
      return await this.pool.request({
        method: 'POST',
        path: this.basePath + path,
        headers: requestId ? { ...this.headers, 'x-request-id': requestId } : this.headers,
        body,
        signal,
      });
    } catch (error) {
      throw connectionFailure(error);
    }
  }
}

function parseBaseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const usable = url && (url.protocol === 'https:' || url.protocol === 'http:') && !url.username && !url.password;
  if (!usable) throw new WeirError('invalid_configuration', 'base_url must be an http(s) URL without credentials.');
  return url;
}

async function readStart(body: Dispatcher.ResponseData['body']): Promise<string> {
  let text = '';
  try {
    body.setEncoding('utf8');
    for await (const piece of body) {
      text += piece;
      if (text.length > MOST_ERROR_BYTES) break;
    }
  } catch (error) {
    throw connectionFailure(error);
  }
  return text;
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
