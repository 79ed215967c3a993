import type { ClientDuplexStream, Metadata, StatusObject } from '@grpc/grpc-js';
import { asWeirError, type WeirError } from '@weir/errors';
import { abortError, type Outgoing } from '../client/outgoing.js';
import type { Inbox } from '../link/inbox.js';
import { fromGrpcStatus, ownEntries } from '../wire/error-wire.js';
import { PacedWriter, readInto } from './paced-stream.js';

const EMPTY: ReadonlyMap<string, string> = new Map();

/** One native call at its caller. On the wire every kind of call is a stream of messages in both directions. */
export class NativeCall {
  readonly inbox: Inbox;
  readonly #stream: ClientDuplexStream<Buffer, Buffer>;
  readonly #out: Outgoing;
  readonly #writer: PacedWriter;
  #requests: AsyncIterator<unknown> | undefined;
  #headersSeen = false;
  #status: StatusObject | undefined;
  #readAll = false;
  #done = false;

  constructor(stream: ClientDuplexStream<Buffer, Buffer>, out: Outgoing) {
    this.#stream = stream;
    this.#out = out;
    this.#writer = new PacedWriter(stream);
    stream.on('metadata', (metadata: Metadata) => this.#deliverHeaders(ownEntries(metadata)));
    stream.on('status', (status: StatusObject) => {
      this.#status = status;
      this.#finish();
    });
    stream.on('end', () => {
      this.#readAll = true;
      this.#finish();
    });
    // The same failure arrives as a status; without a listener it would end the program.
    stream.on('error', () => undefined);
    this.inbox = readInto(stream);
    out.signal?.addEventListener('abort', this.#abort, { once: true });
  }

  sendOne(message: Buffer): void {
    this.#writer.write(message);
    this.#stream.end();
  }

  /** Sends what the source yields, as fast as the transport takes it. A source that fails ends the call with its failure. */
  async sendAll(source: AsyncIterable<unknown>, encode: (message: unknown) => Buffer): Promise<void> {
    try {
      const requests = source[Symbol.asyncIterator]();
      this.#requests = requests;
      while (!this.#done) {
        const step = await requests.next();
        if (this.#done || step.done) break;
        this.#writer.write(encode(step.value));
        if (!this.#writer.hasRoom) await this.#writer.room();
      }
      this.#requests = undefined;
      if (this.#done) await requests.return?.();
      else this.#stream.end();
    } catch (error) {
      this.#requests = undefined;
      this.cancel(asWeirError(error));
    }
  }

  /** Ends the call on this side and tells the peer. */
  cancel(reason: WeirError): void {
    if (!this.#end()) return;
    this.inbox.fail(reason);
    this.#stream.cancel();
    // Messages that arrived already would hold the stream's end back.
    this.#stream.resume();
  }

  /** The status may overtake messages that wait to be read, so both have to come. */
  #finish(): void {
    const status = this.#status;
    if (!status || !this.#readAll || !this.#end()) return;
    this.#out.onTrailers?.(ownEntries(status.metadata));
    this.inbox.end(status.code === 0 ? undefined : fromGrpcStatus(status));
  }

  #end(): boolean {
    if (this.#done) return false;
    this.#done = true;
    this.#out.signal?.removeEventListener('abort', this.#abort);
    this.#deliverHeaders(EMPTY);
    this.#writer.close();
    // A source that still waits is told to stop; what it says to that has no reader.
    void this.#stopRequests().catch(() => undefined);
    return true;
  }

  #deliverHeaders(headers: ReadonlyMap<string, string>): void {
    if (this.#headersSeen) return;
    this.#headersSeen = true;
    this.#out.onHeaders?.(headers);
  }

  async #stopRequests(): Promise<void> {
    await this.#requests?.return?.();
  }

  readonly #abort = (): void => {
    if (this.#out.signal) this.cancel(abortError(this.#out.signal));
  };
}
