import type { WeirError } from '@weir/errors';

/**
 * Messages that arrived for one call and wait for their reader. Its bound is kept by the sender's credit or by pausing
 * the transport: `consumed` tells when bytes leave.
 */
export class Inbox implements AsyncIterableIterator<Buffer> {
  readonly #consumed: (bytes: number) => void;
  readonly #items: Buffer[] = [];
  readonly #readers: { resolve(step: IteratorResult<Buffer, undefined>): void; reject(error: unknown): void }[] = [];
  #bytes = 0;
  #ended = false;
  #lastError: WeirError | undefined;
  #failure: WeirError | undefined;

  constructor(consumed: (bytes: number) => void = () => undefined) {
    this.#consumed = consumed;
  }

  get bytes(): number {
    return this.#bytes;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  push(message: Buffer): void {
    if (this.#ended || this.#failure) return;
    const reader = this.#readers.shift();
    if (reader) {
      reader.resolve({ done: false, value: message });
      this.#consumed(message.length);
      return;
    }
    this.#items.push(message);
    this.#bytes += message.length;
  }

  /** No more messages; what waits is still read, then the end or the error shows. */
  end(error?: WeirError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#lastError = error;
    for (const reader of this.#readers.splice(0)) {
      if (error) reader.reject(error);
      else reader.resolve({ done: true, value: undefined });
    }
  }

  /** Shows at once; what waits is dropped. */
  fail(error: WeirError): void {
    if (this.#failure) return;
    this.#failure = error;
    this.#drop();
    for (const reader of this.#readers.splice(0)) reader.reject(error);
  }

  next(): Promise<IteratorResult<Buffer, undefined>> {
    if (this.#failure) return Promise.reject(this.#failure);
    const message = this.#items.shift();
    if (message) {
      this.#bytes -= message.length;
      this.#consumed(message.length);
      return Promise.resolve({ done: false, value: message });
    }
    if (this.#lastError) return Promise.reject(this.#lastError);
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }));
  }

  async return(): Promise<IteratorResult<Buffer, undefined>> {
    this.#drop();
    this.end();
    return { done: true, value: undefined };
  }

  #drop(): void {
    this.#items.length = 0;
    this.#bytes = 0;
  }
}
