import { asWeirError, WeirError } from '@weir/errors';
import type { ServerCall } from './server-call.js';

/** Reads one message at a time. Its `return` may be called while a `next` waits, and wakes it. */
export interface MessageSource {
  next(): Promise<IteratorResult<unknown, unknown>>;
  return?(): unknown;
}

/**
 * The requests of a streaming call as its handler sees them: they end with the call's reason when it is cancelled, and
 * the source is closed when the handler leaves or the call ends. One iteration.
 */
export class GuardedRequests implements AsyncIterableIterator<unknown> {
  readonly #call: ServerCall;
  readonly #open: () => MessageSource;
  readonly #convert: (message: unknown) => unknown;
  #source: MessageSource | undefined;
  #closed = false;

  constructor(call: ServerCall, open: () => MessageSource, convert: (message: unknown) => unknown) {
    this.#call = call;
    this.#open = open;
    this.#convert = convert;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<unknown, undefined>> {
    if (this.#closed) return { done: true, value: undefined };
    this.#source ??= this.#open();
    const step = await this.#call.race(this.#read(this.#source));
    if (step.done) {
      this.#closed = true;
      return { done: true, value: undefined };
    }
    this.#call.touch();
    return { done: false, value: this.#convert(step.value) };
  }

  async return(): Promise<IteratorResult<unknown, undefined>> {
    this.close();
    return { done: true, value: undefined };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const source = this.#source;
    if (!source) return;
    // A source that fails while it is closed has nobody left to tell.
    void Promise.resolve(source.return?.()).catch(() => undefined);
  }

  /** A source that fails ends the call: its owner sees the failure, the handler a cancelled call. */
  async #read(source: MessageSource): Promise<IteratorResult<unknown, unknown>> {
    try {
      return await source.next();
    } catch (error) {
      this.#closed = true;
      const reason = asWeirError(error);
      this.#call.cancel(reason);
      throw this.#call.failure ?? new WeirError('cancelled', 'The requests of the call ended early.');
    }
  }
}
