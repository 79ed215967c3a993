import { asWeirError, WeirError } from '@weir/errors';
import type { PeerName } from '../rpc/call.js';
import type { Arrival, Asked } from '../server/arrival.js';
import type { MessageSource } from '../server/guarded-requests.js';
import type { Pipeline } from '../server/pipeline.js';
import type { ServerCall } from '../server/server-call.js';
import { LOCAL_FORM } from '../wire/message-codec.js';
import { abortError, type ClientMethod, type Outgoing, type Transport } from './outgoing.js';

const EMPTY: ReadonlyMap<string, string> = new Map();

/** Calls of services in this process: the same pipeline as over a wire, without bytes. */
export class LocalTransport implements Transport {
  readonly #pipeline: Pipeline;
  readonly #names: readonly PeerName[];

  constructor(pipeline: Pipeline, names: readonly PeerName[]) {
    this.#pipeline = pipeline;
    this.#names = names;
  }

  async single(method: ClientMethod, input: unknown, out: Outgoing): Promise<unknown> {
    const local = new LocalCall(this.#pipeline, this.#names, method, input, out);
    try {
      const answer = await this.#pipeline.single(local.call, local.arrival, local.asked);
      local.sendHeaders();
      return answer;
    } catch (error) {
      throw local.failure(error);
    } finally {
      local.close();
    }
  }

  stream(method: ClientMethod, input: unknown, out: Outgoing): AsyncIterator<unknown> {
    const local = new LocalCall(this.#pipeline, this.#names, method, input, out);
    const answers = this.#pipeline.stream(local.call, local.arrival, local.asked);
    return {
      next: async () => {
        try {
          const step = await answers.next();
          local.sendHeaders();
          if (step.done) local.close();
          return step;
        } catch (error) {
          const failure = local.failure(error);
          local.close();
          throw failure;
        }
      },
      return: async () => {
        const step = await answers.return();
        local.close();
        return step;
      },
    };
  }
}

/** What one local call holds on the caller's side. */
class LocalCall {
  readonly call: ServerCall;
  readonly arrival: Arrival;
  readonly asked: Asked;
  readonly #out: Outgoing;
  #stopListening: (() => void) | undefined;
  #sourceFailure: WeirError | undefined;
  #headersSent = false;
  #closed = false;

  constructor(pipeline: Pipeline, names: readonly PeerName[], method: ClientMethod, input: unknown, out: Outgoing) {
    const served = pipeline.method(method.path);
    if (!served) throw new WeirError('unimplemented', `The method ${method.path} is not implemented.`);
    const { requestId, trace, deadline, metadata, principal } = out;
    const identify = () => ({ peer: { kind: 'service' as const, names }, principal });
    this.arrival = { requestId, trace, deadline, metadata, identify, own: true, startsTrace: false };
    this.asked = method.requestStream
      ? { form: LOCAL_FORM, messages: () => this.#source(input as AsyncIterable<unknown>) }
      : { form: LOCAL_FORM, message: () => input };
    this.#out = out;
    this.call = pipeline.begin(served, this.arrival);
    if (out.signal) this.#listen(out.signal);
  }

  sendHeaders(): void {
    if (this.#headersSent) return;
    this.#headersSent = true;
    this.#out.onHeaders?.(this.call.headers ?? EMPTY);
  }

  /** What the caller sees of a failure: its own reason comes first. */
  failure(error: unknown): WeirError {
    if (this.#sourceFailure) return this.#sourceFailure;
    const { signal } = this.#out;
    const failure = asWeirError(error);
    return signal?.aborted && failure.code === 'cancelled' ? abortError(signal) : failure;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopListening?.();
    this.sendHeaders();
    this.#out.onTrailers?.(this.call.trailers ?? EMPTY);
  }

  #listen(signal: AbortSignal): void {
    const abort = () => this.call.cancel(new WeirError('cancelled', 'The caller cancelled the call.'));
    signal.addEventListener('abort', abort, { once: true });
    this.#stopListening = () => signal.removeEventListener('abort', abort);
  }

  /** A request source that fails is its caller's matter; the handler only sees a cancelled call. */
  #source(input: AsyncIterable<unknown>): MessageSource {
    const iterator = input[Symbol.asyncIterator]();
    return {
      next: async () => {
        try {
          return await iterator.next();
        } catch (error) {
          this.#sourceFailure = asWeirError(error);
          throw new WeirError('cancelled', 'The caller cancelled the call.');
        }
      },
      return: () => iterator.return?.(),
    };
  }
}
