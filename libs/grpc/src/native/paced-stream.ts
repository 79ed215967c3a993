import { Inbox } from '../link/inbox.js';

/** Bytes that may wait on this side of a native stream, per direction. */
const WINDOW_BYTES = 65_536;

/** What grpc-js's streams of both sides have in common. */
export interface ByteStream {
  write(message: Buffer, sent: () => void): boolean;
  on(event: 'data', listener: (message: Buffer) => void): unknown;
  pause(): unknown;
  resume(): unknown;
}

/** Writes with a bound in bytes: grpc-js itself counts messages, whatever their size. */
export class PacedWriter {
  readonly #stream: Pick<ByteStream, 'write'>;
  #waitingBytes = 0;
  #waiting: (() => void)[] = [];
  #closed = false;

  constructor(stream: Pick<ByteStream, 'write'>) {
    this.#stream = stream;
  }

  get hasRoom(): boolean {
    return this.#closed || this.#waitingBytes < WINDOW_BYTES;
  }

  write(message: Buffer): void {
    if (this.#closed) return;
    const bytes = message.length + 5;
    this.#waitingBytes += bytes;
    this.#stream.write(message, () => {
      this.#waitingBytes -= bytes;
      if (this.hasRoom) this.#release();
    });
  }

  /** Resolves when the transport took enough, or the call ended. */
  room(): Promise<void> {
    if (this.hasRoom) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    this.#closed = true;
    this.#release();
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** Reads a stream into an inbox, and pauses it while much waits there. */
export function readInto(stream: ByteStream): Inbox {
  let paused = false;
  const inbox: Inbox = new Inbox(() => {
    if (!paused || inbox.bytes >= WINDOW_BYTES / 2) return;
    paused = false;
    stream.resume();
  });
  stream.on('data', (message) => {
    inbox.push(message);
    if (inbox.bytes < WINDOW_BYTES) return;
    paused = true;
    stream.pause();
  });
  return inbox;
}
