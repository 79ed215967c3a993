import { Client, Metadata, type ChannelCredentials, type ChannelOptions } from '@grpc/grpc-js';
import { headersOf, type ClientMethod, type Outgoing, type Transport } from '../client/outgoing.js';
import { allAnswers, oneAnswer } from '../client/wire-answers.js';
import type { PrincipalWire } from '../identity/principal-wire.js';
import type { RpcLimits } from '../rpc/limits.js';
import { decodeAnswer, encodeRequest } from '../wire/message-codec.js';
import { NativeCall } from './native-call.js';

export interface NativeTransportOptions {
  readonly address: string;
  readonly credentials: ChannelCredentials;
  readonly channel: ChannelOptions;
  /** Metadata that proves who calls, made anew for each call. */
  readonly proof: () => Record<string, string>;
  readonly principals: PrincipalWire;
  readonly limits: RpcLimits;
}

/** One gRPC call per call, as any gRPC client makes it. */
export class NativeTransport implements Transport, AsyncDisposable {
  readonly #options: NativeTransportOptions;
  readonly #client: Client;

  constructor(options: NativeTransportOptions) {
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
    this.#client.close();
  }

  #start(method: ClientMethod, input: unknown, out: Outgoing): NativeCall {
    const { principals, limits, proof } = this.#options;
    const encode = (message: unknown) => encodeRequest(method.requestType, message, limits.maxMessageBytes);
    const one = method.requestStream ? undefined : encode(input);
    const metadata = new Metadata();
    for (const [key, value] of Object.entries({ ...headersOf(out, principals), ...proof() })) metadata.set(key, value);
    const options = out.deadline === undefined ? {} : { deadline: out.deadline };
    const stream = this.#client.makeBidiStreamRequest(method.path, asIs, asIs, metadata, options);
    const call = new NativeCall(stream, out);
    if (one) call.sendOne(one);
    else void call.sendAll(input as AsyncIterable<unknown>, encode);
    return call;
  }
}

const asIs = (bytes: Buffer): Buffer => bytes;
