import { Client, connectivityState, Metadata, type ChannelCredentials, type ChannelOptions } from '@grpc/grpc-js';
import type { Source } from '@weir/config';
import { WeirError } from '@weir/errors';
import { backoffMs } from '@weir/resilience';
import type { Logger } from '@weir/telemetry';
import { headersOf, type ClientMethod, type Outgoing, type Transport } from '../client/outgoing.js';
import { allAnswers, oneAnswer } from '../client/wire-answers.js';
import type { PrincipalWire } from '../identity/principal-wire.js';
import type { RpcLimits } from '../rpc/limits.js';
import { decodeAnswer, encodeRequest } from '../wire/message-codec.js';
import { Link } from './link.js';
import type { LinkCall } from './link-call.js';
import { decodeBatch, encodeBatch } from './batch-codec.js';
import { CONNECT_PATH } from './link-wire.js';

const BACKOFF = { baseMs: 50, capMs: 2_000 };

export interface LinkTransportOptions {
  readonly address: string;
  readonly credentials: ChannelCredentials;
  readonly channel: ChannelOptions;
  /** Metadata of Connect, made anew for each attempt. */
  readonly proof: () => Record<string, string>;
  readonly principals: PrincipalWire;
  readonly limits: RpcLimits;
  readonly source: Source;
  readonly logger: Logger;
  readonly gauges: { open(up: boolean): void; calls(open: number): void };
}

/** All calls to one peer over one stream, which is dialled at the first call and again, with backoff, when it breaks. */
export class LinkTransport implements Transport, AsyncDisposable {
  readonly #options: LinkTransportOptions;
  readonly #client: Client;
  #link: Link | undefined;
  readonly #retired = new Set<Link>();
  #attempt = 0;
  #redial: { readonly timer: NodeJS.Timeout; readonly at: number; readonly reason: WeirError } | undefined;
  #closed = false;

  constructor(options: LinkTransportOptions) {
    this.#options = options;
    this.#client = new Client(options.address, options.credentials, options.channel);
  }

  async single(method: ClientMethod, input: unknown, out: Outgoing): Promise<unknown> {
    return oneAnswer(this.#start(method, input, out), (bytes) => decodeAnswer(method.responseType, bytes));
  }

  stream(method: ClientMethod, input: unknown, out: Outgoing): AsyncIterator<unknown> {
    return allAnswers(this.#start(method, input, out), (bytes) => decodeAnswer(method.responseType, bytes));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#redial?.timer);
    const reason = new WeirError('cancelled', 'The client was closed.');
    for (const link of [this.#link, ...this.#retired]) link?.close(reason);
    this.#client.close();
  }

  #start(method: ClientMethod, input: unknown, out: Outgoing): LinkCall {
    const { principals, limits } = this.#options;
    const encode = (message: unknown) => encodeRequest(method.requestType, message, limits.maxMessageBytes);
    const one = method.requestStream ? undefined : encode(input);
    const link = this.#current();
    if (link.size >= limits.callsPerLink) {
      throw new WeirError('peer_unavailable', 'Too many calls are open to the peer.', { retryAfterMs: 100 });
    }
    const call = link.open(method, headersOf(out, principals), out);
    if (one) call.sendOne(one);
    else void call.sendAll(input as AsyncIterable<unknown>, encode);
    return call;
  }

  /** The link, dialled if there is none. Between attempts calls fail at once: whoever retries decides how long to wait. */
  #current(): Link {
    if (this.#closed) throw new WeirError('peer_unavailable', 'The client is closed.');
    if (this.#redial) {
      const { at, reason } = this.#redial;
      const retryAfterMs = Math.max(1, at - this.#options.source.now());
      throw new WeirError(reason.code, reason.message, { retryAfterMs, cause: reason });
    }
    return (this.#link ??= this.#dial());
  }

  #dial(): Link {
    const metadata = new Metadata();
    for (const [key, value] of Object.entries(this.#options.proof())) metadata.set(key, value);
    const stream = this.#client.makeBidiStreamRequest(CONNECT_PATH, encodeBatch, decodeBatch, metadata);
    const link: Link = new Link(stream, this.#options.source, {
      up: () => this.#up(link),
      down: (reason) => this.#downed(link, reason),
      calls: (open) => this.#options.gauges.calls(open),
    });
    return link;
  }

  #up(link: Link): void {
    this.#attempt = 0;
    this.#options.gauges.open(true);
    // A peer that is about to close the connection (too old, or draining) takes no new streams on it: move on in time.
    const channel = this.#client.getChannel();
    channel.watchConnectivityState(connectivityState.READY, Number.POSITIVE_INFINITY, () => this.#retire(link));
  }

  #retire(link: Link): void {
    if (this.#link !== link || this.#closed) return;
    this.#link = undefined;
    this.#retired.add(link);
    link.retire();
  }

  #downed(link: Link, reason: WeirError): void {
    this.#retired.delete(link);
    if (this.#link !== link) return;
    this.#link = undefined;
    this.#options.gauges.open(false);
    if (this.#closed) return;
    const { source, logger, address } = this.#options;
    const waitMs = backoffMs(this.#attempt++, { ...BACKOFF, random: () => source.random() });
    if (this.#attempt === 1) logger.warn({ err: reason, peer: address }, 'link down, dialling again');
    const timer = setTimeout(() => {
      this.#redial = undefined;
      this.#link ??= this.#dial();
    }, waitMs);
    this.#redial = { timer, at: source.now() + waitMs, reason };
  }
}
