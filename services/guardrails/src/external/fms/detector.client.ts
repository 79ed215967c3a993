import { Pool } from 'undici';
import type { Source } from '@weir/config';
import { WeirError } from '@weir/errors';
import { anySignal } from '@weir/resilience';
import type { ExternalSettings } from '../external.config.js';
import type { OutboundRules } from '../outbound-rules.js';
import type { DetectorServer } from './fms-definition.js';
import { failureOf, refusalOf } from './detector-failure.js';

const MOST_POOLS = 128;
const MOST_SECRETS = 256;
const SECRET_MS = 60_000;
const CONNECT_MS = 5_000;
const KEEP_ALIVE_MS = 30_000;
const LONGEST_CALL_MS = 65_000;
export const MOST_ANSWER_BYTES = 1_048_576;

export interface DetectorClientOptions {
  readonly outbound: OutboundRules;
  readonly settings: ExternalSettings;
  readonly source: Source;
}

/** Connections to servers of the FMS detector API, a bounded pool per address. */
export class DetectorClient implements AsyncDisposable {
  readonly #pools = new Map<string, Pool>();
  readonly #secrets = new Map<string, { readonly readAt: number; readonly secret: string }>();

  constructor(private readonly options: DetectorClientOptions) {}

  /** @throws WeirError `invalid_configuration` when the URL carries credentials or is at a private address that is not allowed */
  checkServer({ url, allow_private_address }: DetectorServer): void {
    const { username, password, search, hash, hostname } = new URL(url);
    if (username || password || search || hash) {
      throw new WeirError('invalid_configuration', 'The url of a detector has no credentials, query or fragment.');
    }
    if (!allow_private_address) this.options.outbound.requirePublicHost(hostname);
  }

  /**
   * Posts one request and gives the JSON value of its answer, of at most 1 MiB. Aborting the signal closes the connection,
   * and so does the server's own time limit.
   * @throws WeirError `upstream_error`, `failed_precondition` for what the detector refused, why the signal aborted
   */
  async post(server: DetectorServer, path: string, body: unknown, caller: AbortSignal): Promise<unknown> {
    const url = new URL(server.url);
    const secret = await this.#secretOf(server.api_key_ref);
    using limit = timeLimit(server.timeout_ms);
    const signal = anySignal(caller, limit.signal);
    try {
      const answer = await this.#poolOf(url, server.allow_private_address).request({
        method: 'POST',
        path: url.pathname.replace(/\/+$/, '') + path,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          'user-agent': 'weir',
          'detector-id': server.detector_id,
          ...(secret ? { authorization: `Bearer ${secret}` } : {}),
        },
        body: JSON.stringify(body),
        signal,
      });
      if (answer.statusCode !== 200) {
        await answer.body.dump({ limit: MOST_ANSWER_BYTES });
        throw refusalOf(answer.statusCode);
      }
      return await jsonOf(answer.body);
    } catch (error) {
      throw failureOf(error, signal);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  #poolOf({ origin }: URL, allowPrivate: boolean): Pool {
    const key = `${origin} ${allowPrivate}`;
    const known = this.#pools.get(key);
    if (known) {
      this.#pools.delete(key);
      this.#pools.set(key, known);
      return known;
    }
    if (this.#pools.size >= MOST_POOLS) this.#closeOldest();
    const pool = new Pool(origin, {
      connections: this.options.settings.externalConcurrency,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: LONGEST_CALL_MS,
      bodyTimeout: LONGEST_CALL_MS,
      maxResponseSize: MOST_ANSWER_BYTES,
      connect: {
        timeout: CONNECT_MS,
        ...(allowPrivate ? {} : { lookup: this.options.outbound.publicLookup() }),
      },
    });
    this.#pools.set(key, pool);
    return pool;
  }

  /** Its calls end before it does. */
  #closeOldest(): void {
    const [oldest] = this.#pools;
    if (!oldest) return;
    this.#pools.delete(oldest[0]);
    void oldest[1].close();
  }

  async #secretOf(ref: string): Promise<string> {
    if (ref === '') return '';
    const now = this.options.source.monotonic();
    const known = this.#secrets.get(ref);
    if (known && now - known.readAt < SECRET_MS) return known.secret;
    const secret = await this.options.outbound.readSecret(ref);
    if (this.#secrets.size >= MOST_SECRETS) this.#secrets.clear();
    this.#secrets.set(ref, { readAt: now, secret });
    return secret;
  }
}

async function jsonOf(body: AsyncIterable<Uint8Array>): Promise<unknown> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.byteLength;
    // The pool counts what comes over the wire; leaving the loop closes the connection.
    if (bytes > MOST_ANSWER_BYTES) throw new WeirError('upstream_error', 'The detector answered with too much.');
    text += decoder.decode(piece, { stream: true });
  }
  return JSON.parse(text + decoder.decode());
}

interface TimeLimit extends Disposable {
  readonly signal: AbortSignal;
}

function timeLimit(ms: number): TimeLimit {
  const ending = new AbortController();
  const late = new WeirError('deadline_exceeded', `The detector did not answer within ${ms} ms.`);
  const timer = setTimeout(() => ending.abort(late), ms).unref();
  return { signal: ending.signal, [Symbol.dispose]: () => clearTimeout(timer) };
}
