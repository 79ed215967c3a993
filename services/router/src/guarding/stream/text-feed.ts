import { Wakeup } from '@weir/resilience';

/** Characters that may wait before the producer should pause. */
const ROOM = 65_536;

/**
 * Text on its way from one producer to one reader. What comes while the reader is busy goes on as one piece. After
 * `restart` a new reader gets what comes from then on; the reader before it ends.
 */
export class TextFeed implements AsyncIterable<string> {
  #waiting = '';
  #ended = false;
  #readers = 0;
  readonly #reader = new Wakeup();
  readonly #room = new Wakeup();

  get ended(): boolean {
    return this.#ended;
  }

  /** A promise when there is too much to read: wait for it before the next push. */
  push(text: string): Promise<void> | undefined {
    this.#waiting += text;
    this.#reader.wake();
    if (this.#waiting.length < ROOM || this.#ended) return undefined;
    return this.#room.wait();
  }

  /** Nothing more comes; what waits is still read. */
  end(): void {
    this.#ended = true;
    this.#reader.wake();
    this.#room.wake();
  }

  /** Drops what waits and lets go of the present reader. */
  restart(): void {
    this.#readers += 1;
    this.#waiting = '';
    this.#reader.wake();
    this.#room.wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    const reader = this.#readers;
    while (reader === this.#readers) {
      if (this.#waiting) {
        const text = this.#waiting;
        this.#waiting = '';
        this.#room.wake();
        yield text;
        continue;
      }
      if (this.#ended) return;
      await this.#reader.wait();
    }
  }
}
