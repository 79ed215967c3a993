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
  #wakeReader: (() => void) | undefined;
  #wakeWriter: (() => void) | undefined;

  get ended(): boolean {
    return this.#ended;
  }

  /** A promise when there is too much to read: wait for it before the next push. */
  push(text: string): Promise<void> | undefined {
    this.#waiting += text;
    this.#wake();
    if (this.#waiting.length < ROOM || this.#ended) return undefined;
    return new Promise((resolve) => (this.#wakeWriter = resolve));
  }

  /** Nothing more comes; what waits is still read. */
  end(): void {
    this.#ended = true;
    this.#wake();
    this.#makeRoom();
  }

  /** Drops what waits and lets go of the present reader. */
  restart(): void {
    this.#readers += 1;
    this.#waiting = '';
    this.#wake();
    this.#makeRoom();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    const reader = this.#readers;
    while (reader === this.#readers) {
      if (this.#waiting) {
        const text = this.#waiting;
        this.#waiting = '';
        this.#makeRoom();
        yield text;
        continue;
      }
      if (this.#ended) return;
      await new Promise<void>((resolve) => (this.#wakeReader = resolve));
    }
  }

  #wake(): void {
    const wake = this.#wakeReader;
    this.#wakeReader = undefined;
    wake?.();
  }

  #makeRoom(): void {
    const wake = this.#wakeWriter;
    this.#wakeWriter = undefined;
    wake?.();
  }
}
