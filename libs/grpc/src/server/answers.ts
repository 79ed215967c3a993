import { WeirError } from '@weir/errors';
import type { MessageForm } from './arrival.js';
import type { ServerCall } from './server-call.js';

/** What the pipeline does around the handler. */
export interface AnswerSteps {
  open(): Promise<AsyncIterator<unknown>>;
  finished(): void;
  failed(error: unknown): WeirError;
}

/** The answers of a streaming call, pulled one by one; nothing is produced ahead of its reader. */
export class Answers implements AsyncIterableIterator<unknown> {
  readonly #call: ServerCall;
  readonly #form: MessageForm;
  readonly #steps: AnswerSteps;
  #handler: AsyncIterator<unknown> | undefined;

  constructor(call: ServerCall, form: MessageForm, steps: AnswerSteps) {
    this.#call = call;
    this.#form = form;
    this.#steps = steps;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<unknown, undefined>> {
    const call = this.#call;
    if (call.ended) return { done: true, value: undefined };
    try {
      this.#handler ??= await this.#steps.open();
      const step = await call.race(this.#handler.next());
      if (step.done) {
        this.#steps.finished();
        return { done: true, value: undefined };
      }
      call.touch();
      return { done: false, value: this.#form.give(call.method.responseType, step.value) };
    } catch (error) {
      const failure = this.#steps.failed(error);
      this.#closeHandler();
      throw failure;
    }
  }

  /** The reader left: the handler's signal aborts. */
  async return(): Promise<IteratorResult<unknown, undefined>> {
    if (!this.#call.ended) {
      this.#call.cancel(new WeirError('cancelled', 'The caller left.'));
      this.#steps.failed(this.#call.failure);
      this.#closeHandler();
    }
    return { done: true, value: undefined };
  }

  #closeHandler(): void {
    // A generator that still waits ends when its signal is heard; what it throws then has no reader.
    void Promise.resolve(this.#handler?.return?.()).catch(() => undefined);
  }
}
