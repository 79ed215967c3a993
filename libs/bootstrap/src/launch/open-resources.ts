import type { Logger } from '@weir/telemetry';

interface Opened {
  readonly name: string;
  readonly resource: AsyncDisposable;
}

/** What a process opened, in order; closed in the reverse order. */
export class OpenResources implements AsyncDisposable {
  readonly #logger: Logger;
  readonly #opened: Opened[] = [];

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add<T extends AsyncDisposable>(name: string, resource: T): T {
    this.#opened.push({ name, resource });
    return resource;
  }

  /** Closes everything. One that fails is logged and does not keep the others open. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (let next = this.#opened.pop(); next; next = this.#opened.pop()) {
      try {
        await next.resource[Symbol.asyncDispose]();
      } catch (error) {
        this.#logger.error({ err: error, resource: next.name }, 'could not be closed');
      }
    }
  }
}
