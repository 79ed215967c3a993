import type { linkV1 } from '@weir/contracts';
import { asWeirError, WeirError } from '@weir/errors';
import { abortError, type Outgoing } from '../client/outgoing.js';
import { CallFlow } from './call-flow.js';
import type { Inbox } from './inbox.js';
import type { FrameWriter } from './frame-writer.js';
import { ANSWER_HEADERS, errorOf } from './link-wire.js';

const EMPTY: ReadonlyMap<string, string> = new Map();
const MAX_TIMER_MS = 0x7fff_ffff;

/** One call at the end of a link that started it. It ends once: by the peer's status, or for a reason on this side. */
export class LinkCall {
  readonly #flow: CallFlow;
  readonly #writer: FrameWriter;
  readonly #out: Outgoing;
  readonly #ended: () => void;
  readonly #timer: NodeJS.Timeout | undefined;
  #requests: AsyncIterator<unknown> | undefined;
  #headersSeen = false;
  #trailers = EMPTY;
  #done = false;

  constructor(id: number, writer: FrameWriter, out: Outgoing, leftMs: number | undefined, ended: () => void) {
    this.#flow = new CallFlow(id, writer);
    this.#writer = writer;
    this.#out = out;
    this.#ended = ended;
    if (leftMs !== undefined && leftMs <= MAX_TIMER_MS) this.#timer = setTimeout(this.#expire, leftMs);
    out.signal?.addEventListener('abort', this.#abort, { once: true });
  }

  get inbox(): Inbox {
    return this.#flow.inbox;
  }

  receive(step: NonNullable<linkV1.Frame['step']>): void {
    if (step.$case === 'message') {
      this.#deliverHeaders(EMPTY);
      this.#flow.received(step.value);
    }
    if (step.$case === 'credit') this.#flow.granted(step.value.bytes);
    if (step.$case === 'status') this.#finished(step.value.code === 0 ? undefined : errorOf(step.value));
    if (step.$case === 'open') this.#metadata(step.value);
  }

  /** Ends the call on this side and tells the peer. */
  cancel(reason: WeirError): void {
    if (this.#done) return;
    this.#writer.push(this.#flow.id, { $case: 'cancel', value: {} });
    this.lose(reason);
  }

  /** Ends the call on this side; the link cannot tell the peer. */
  lose(reason: WeirError): void {
    if (this.#end()) this.#flow.inbox.fail(reason);
  }

  sendOne(message: Buffer): void {
    this.#flow.send(message);
    this.#halfClose();
  }

  /** Sends what the source yields, as fast as the peer reads. A source that fails ends the call with its failure. */
  async sendAll(source: AsyncIterable<unknown>, encode: (message: unknown) => Buffer): Promise<void> {
    try {
      const requests = source[Symbol.asyncIterator]();
      this.#requests = requests;
      while (!this.#done) {
        const step = await requests.next();
        if (this.#done || step.done) break;
        this.#flow.send(encode(step.value));
        if (!this.#flow.hasRoom) await this.#flow.room();
      }
      this.#requests = undefined;
      if (this.#done) await requests.return?.();
      else this.#halfClose();
    } catch (error) {
      this.#requests = undefined;
      this.cancel(asWeirError(error));
    }
  }

  #halfClose(): void {
    this.#writer.push(this.#flow.id, { $case: 'halfClose', value: {} });
  }

  #metadata({ method, metadata }: linkV1.Open): void {
    const entries = new Map(Object.entries(metadata));
    if (method === ANSWER_HEADERS) this.#deliverHeaders(entries);
    else this.#trailers = entries;
  }

  #deliverHeaders(headers: ReadonlyMap<string, string>): void {
    if (this.#headersSeen) return;
    this.#headersSeen = true;
    this.#out.onHeaders?.(headers);
  }

  /** The peer's status: what came before it is still read. */
  #finished(error: WeirError | undefined): void {
    if (this.#end()) this.#flow.inbox.end(error);
  }

  #end(): boolean {
    if (this.#done) return false;
    this.#done = true;
    clearTimeout(this.#timer);
    this.#out.signal?.removeEventListener('abort', this.#abort);
    this.#deliverHeaders(EMPTY);
    this.#out.onTrailers?.(this.#trailers);
    this.#flow.close();
    // A source that still waits is told to stop; what it says to that has no reader.
    void this.#stopRequests().catch(() => undefined);
    this.#ended();
    return true;
  }

  async #stopRequests(): Promise<void> {
    await this.#requests?.return?.();
  }

  readonly #abort = (): void => {
    if (this.#out.signal) this.cancel(abortError(this.#out.signal));
  };

  readonly #expire = (): void => this.cancel(new WeirError('deadline_exceeded', 'The deadline of the call passed.'));
}
