import { Metadata, type handleBidiStreamingCall, type Server, type ServerDuplexStream } from '@grpc/grpc-js';
import type { Source } from '@weir/config';
import { asWeirError, WeirError } from '@weir/errors';
import type { Arrival, Asked, MessageForm } from '../server/arrival.js';
import type { Inbox } from '../link/inbox.js';
import type { Pipeline } from '../server/pipeline.js';
import type { ServedMethod } from '../server/served-method.js';
import type { ServerCall } from '../server/server-call.js';
import type { WireArrivals } from '../server/wire-arrival.js';
import { toGrpcStatus } from '../wire/error-wire.js';
import { PacedWriter, readInto } from './paced-stream.js';

export interface NativeServiceOptions {
  readonly pipeline: Pipeline;
  readonly arrivals: WireArrivals;
  readonly form: MessageForm;
  readonly source: Source;
}

type NativeStream = ServerDuplexStream<Buffer, Buffer>;

const asIs = (bytes: Buffer): Buffer => bytes;

/**
 * Offers methods to gRPC clients. grpc-js carries bytes only, so that a message that cannot be decoded is the caller's
 * error like any other; on the wire every kind of call is a stream of messages in both directions.
 */
export function addMethods(server: Server, methods: Iterable<ServedMethod>, options: NativeServiceOptions): void {
  for (const method of methods) {
    const handle: handleBidiStreamingCall<Buffer, Buffer> = (stream) =>
      void new NativeAnswer(stream, method, options).run();
    server.register(method.path, handle, asIs, asIs, 'bidi');
  }
}

/** Serves one native call. */
class NativeAnswer {
  readonly #stream: NativeStream;
  readonly #options: NativeServiceOptions;
  readonly #call: ServerCall;
  readonly #arrival: Arrival;
  readonly #inbox: Inbox;
  readonly #writer: PacedWriter;
  #headersSent = false;

  constructor(stream: NativeStream, method: ServedMethod, options: NativeServiceOptions) {
    this.#stream = stream;
    this.#options = options;
    const deadline = Number(stream.getDeadline());
    const certificate = () => stream.getAuthContext().sslPeerCertificate;
    const entries = Object.entries(stream.metadata.getMap()).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    this.#arrival = options.arrivals.native(entries, Number.isFinite(deadline) ? deadline : undefined, certificate);
    this.#call = options.pipeline.begin(method, this.#arrival);
    this.#inbox = readInto(stream);
    this.#writer = new PacedWriter(stream);
    stream.on('end', () => this.#inbox.end());
    stream.on('cancelled', () => this.#callerLeft());
  }

  /** Never rejects: a failure becomes the call's status. */
  async run(): Promise<void> {
    const { pipeline, form } = this.#options;
    const { method } = this.#call;
    const asked: Asked = method.requestStream
      ? { form, messages: () => this.#inbox }
      : { form, message: () => this.#firstMessage() };
    try {
      if (method.responseStream) await this.#sendAll(pipeline.stream(this.#call, this.#arrival, asked));
      else this.#send(await pipeline.single(this.#call, this.#arrival, asked));
      this.#sendHeaders();
      this.#stream.end(metadataOf(this.#call.trailers));
    } catch (error) {
      this.#sendHeaders();
      this.#stream.emit('error', toGrpcStatus(asWeirError(error), this.#call.trailers ?? []));
    }
  }

  async #sendAll(answers: AsyncIterator<unknown>): Promise<void> {
    for (;;) {
      const step = await answers.next();
      if (step.done) return;
      this.#send(step.value);
      // While the reader is slow the handler is not asked for more; after a cancellation the next step reports it.
      if (!this.#writer.hasRoom) await this.#writer.room();
    }
  }

  #send(message: unknown): void {
    this.#sendHeaders();
    this.#writer.write(message as Buffer);
  }

  #sendHeaders(): void {
    if (this.#headersSent) return;
    this.#headersSent = true;
    const { headers } = this.#call;
    if (headers?.size) this.#stream.sendMetadata(metadataOf(headers));
  }

  async #firstMessage(): Promise<Buffer | undefined> {
    const step = await this.#inbox.next();
    return step.done ? undefined : step.value;
  }

  /** grpc-js has a timer of its own for the deadline, which may be a little earlier than ours. */
  #callerLeft(): void {
    const { deadline } = this.#call;
    const expired = deadline !== undefined && this.#options.source.now() >= deadline - 5;
    this.#call.cancel(
      expired
        ? new WeirError('deadline_exceeded', 'The deadline of the call passed.')
        : new WeirError('cancelled', 'The caller cancelled the call.'),
    );
    this.#writer.close();
    this.#inbox.end();
  }
}

function metadataOf(entries: Iterable<readonly [string, string]> = []): Metadata {
  const metadata = new Metadata();
  for (const [key, value] of entries) metadata.set(key, value);
  return metadata;
}
