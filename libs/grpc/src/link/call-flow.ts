import { WeirError } from '@weir/errors';
import type { FrameWriter } from './frame-writer.js';
import { Inbox } from './inbox.js';

/** Bytes of messages that one side may send before the other has read any; per call and direction. */
export const INITIAL_CREDIT_BYTES = 262_144;
const GRANT_FROM_BYTES = 65_536;
/** An empty message takes memory, too. */
const MIN_MESSAGE_BYTES = 16;

/**
 * Both directions of one call at one end of a link. A message may go out while there is credit left and may overdraw
 * it, so that a message larger than the credit can pass; what waits at the reader is bounded by credit + one message.
 */
export class CallFlow {
  readonly id: number;
  readonly inbox: Inbox;
  readonly #writer: FrameWriter;
  #sendCredit = INITIAL_CREDIT_BYTES;
  #receiveCredit = INITIAL_CREDIT_BYTES;
  #readBytes = 0;
  #waitingForRoom: (() => void)[] = [];
  #closed = false;

  constructor(id: number, writer: FrameWriter) {
    this.id = id;
    this.#writer = writer;
    this.inbox = new Inbox((bytes) => this.#consumed(bytes));
  }

  get hasRoom(): boolean {
    return this.#closed || this.#sendCredit > 0;
  }

  get closed(): boolean {
    return this.#closed;
  }

  send(message: Buffer): void {
    this.#sendCredit -= Math.max(message.length, MIN_MESSAGE_BYTES);
    this.#writer.push(this.id, { $case: 'message', value: message });
  }

  /** Resolves when a message may be sent, or the call is closed. */
  room(): Promise<void> {
    if (this.hasRoom) return Promise.resolve();
    return new Promise((resolve) => this.#waitingForRoom.push(resolve));
  }

  /** The peer read so many bytes. */
  granted(bytes: number): void {
    this.#sendCredit = Math.min(INITIAL_CREDIT_BYTES, this.#sendCredit + bytes);
    if (this.#sendCredit > 0) this.#release();
  }

  /** Throws `invalid_request` when the peer sends without credit. */
  received(message: Buffer): void {
    if (this.#receiveCredit <= 0) throw new WeirError('invalid_request', 'The peer sends more than its credit allows.');
    this.#receiveCredit -= Math.max(message.length, MIN_MESSAGE_BYTES);
    this.inbox.push(message);
  }

  /** Nothing is sent or granted any more. */
  close(): void {
    this.#closed = true;
    this.#release();
  }

  #consumed(bytes: number): void {
    this.#readBytes += Math.max(bytes, MIN_MESSAGE_BYTES);
    if (this.#closed || this.#readBytes < GRANT_FROM_BYTES) return;
    this.#receiveCredit += this.#readBytes;
    this.#writer.push(this.id, { $case: 'credit', value: { bytes: this.#readBytes } });
    this.#readBytes = 0;
  }

  #release(): void {
    for (const resolve of this.#waitingForRoom.splice(0)) resolve();
  }
}
