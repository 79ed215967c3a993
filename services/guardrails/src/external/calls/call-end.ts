import type { WeirError } from '@weir/errors';
import type { CheckInput } from '../../detector/text-check.js';

/** Ends one call. Its signal is made when somebody asks for it, so that what asks nobody pays nothing. */
export class CallEnd {
  #ending: AbortController | undefined;
  #reason: WeirError | undefined;

  get signal(): AbortSignal {
    this.#ending ??= new AbortController();
    if (this.#reason) this.#ending.abort(this.#reason);
    return this.#ending.signal;
  }

  end(reason: WeirError): void {
    this.#reason ??= reason;
    this.#ending?.abort(this.#reason);
  }

  /** The same input, whose signal is the call's. */
  limit(input: CheckInput): CheckInput {
    const ownSignal = () => this.signal;
    return {
      ...input,
      get signal() {
        return ownSignal();
      },
    };
  }
}
