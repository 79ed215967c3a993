import { isWeirError, WeirError } from '@weir/errors';

/** Why nobody waits for the answer any more: what the call was aborted with, or that the client left. */
export function abortError(signal: AbortSignal): WeirError {
  const reason: unknown = signal.reason;
  return isWeirError(reason) ? reason : new WeirError('cancelled', 'The client left before the answer was complete.');
}

/** A controller of our own that also aborts with an outer signal; disposing it lets go of the outer one. */
export class LinkedAbort implements Disposable {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal;
  readonly #forward = () => this.#controller.abort(this.#outer.reason);

  constructor(outer: AbortSignal) {
    this.#outer = outer;
    if (outer.aborted) this.#forward();
    else outer.addEventListener('abort', this.#forward, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(): void {
    this.#controller.abort(new WeirError('cancelled', 'The rest of the answer is not needed.'));
  }

  [Symbol.dispose](): void {
    this.#outer.removeEventListener('abort', this.#forward);
  }
}
