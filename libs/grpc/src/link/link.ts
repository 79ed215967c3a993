import type { ClientDuplexStream, StatusObject } from '@grpc/grpc-js';
import type { Source } from '@weir/config';
import type { linkV1 } from '@weir/contracts';
import { GRPC, WeirError } from '@weir/errors';
import type { ClientMethod, Outgoing } from '../client/outgoing.js';
import { fromGrpcStatus } from '../wire/error-wire.js';
import { FrameWriter } from './frame-writer.js';
import { LinkCall } from './link-call.js';

export type ConnectStream = ClientDuplexStream<linkV1.Frame[], linkV1.Frame[]>;

export interface LinkEvents {
  /** The peer accepted the link. */
  up(): void;
  /** The link ended; its calls have failed. Once. */
  down(reason: WeirError): void;
  /** The number of open calls changed. */
  calls(open: number): void;
}

const MAX_CALL_ID = 0xffff_ffff;

/** One stream to a peer and the calls on it. */
export class Link {
  readonly #stream: ConnectStream;
  readonly #source: Source;
  readonly #events: LinkEvents;
  readonly #writer: FrameWriter;
  readonly #calls = new Map<number, LinkCall>();
  #lastId = 0;
  #retired = false;
  #down = false;

  constructor(stream: ConnectStream, source: Source, events: LinkEvents) {
    this.#stream = stream;
    this.#source = source;
    this.#events = events;
    this.#writer = new FrameWriter((frames, sent) => stream.write(frames, () => sent()));
    stream.on('metadata', () => events.up());
    stream.on('data', (frames: linkV1.Frame[]) => this.#receive(frames));
    stream.on('status', (status: StatusObject) => this.#ended(status));
    // The same failure arrives as a status; without a listener it would end the program.
    stream.on('error', () => undefined);
  }

  get size(): number {
    return this.#calls.size;
  }

  open(method: ClientMethod, headers: Record<string, string>, out: Outgoing): LinkCall {
    const id = this.#nextId();
    const leftMs = out.deadline === undefined ? undefined : Math.max(1, Math.ceil(out.deadline - this.#source.now()));
    const timeoutMs = leftMs === undefined ? 0 : Math.min(leftMs, MAX_CALL_ID);
    this.#writer.push(id, { $case: 'open', value: { method: method.path, timeoutMs, metadata: headers } });
    const call = new LinkCall(id, this.#writer, out, leftMs, () => this.#left(id));
    this.#calls.set(id, call);
    this.#events.calls(this.#calls.size);
    return call;
  }

  /** Ends the stream when the last of its calls has ended. */
  retire(): void {
    this.#retired = true;
    if (this.#calls.size === 0) this.#stream.end();
  }

  /** Ends now: open calls fail with the reason. */
  close(reason: WeirError): void {
    this.#lose(reason);
    this.#stream.cancel();
  }

  #receive(frames: linkV1.Frame[]): void {
    try {
      for (const { callId, step } of frames) if (step) this.#calls.get(callId)?.receive(step);
    } catch (cause) {
      this.close(new WeirError('peer_unavailable', 'The peer breaks the protocol of the link.', { cause }));
    }
  }

  #ended(status: StatusObject): void {
    const said = fromGrpcStatus(status);
    const refused = status.code === GRPC.UNAUTHENTICATED || status.code === GRPC.PERMISSION_DENIED;
    this.#lose(refused ? said : new WeirError('peer_unavailable', 'The link to the peer broke.', { cause: said }));
  }

  #lose(reason: WeirError): void {
    if (this.#down) return;
    this.#down = true;
    this.#writer.close();
    for (const call of [...this.#calls.values()]) call.lose(reason);
    this.#events.down(reason);
  }

  #left(id: number): void {
    this.#calls.delete(id);
    this.#events.calls(this.#calls.size);
    if (this.#retired && this.#calls.size === 0) this.#stream.end();
  }

  #nextId(): number {
    do this.#lastId = this.#lastId >= MAX_CALL_ID ? 1 : this.#lastId + 1;
    while (this.#calls.has(this.#lastId));
    return this.#lastId;
  }
}
