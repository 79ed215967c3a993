import type { RpcServer } from '@weir/grpc';
import type { Readiness } from './readiness.js';

const INTERVAL_MS = 500;

/** Tells gRPC health what readiness says: for every service of the process and for the process (the empty name). */
export class HealthReporter implements AsyncDisposable {
  readonly #readiness: Readiness;
  readonly #server: Pick<RpcServer, 'setServing'>;
  readonly #names: readonly string[];
  #timer: NodeJS.Timeout | undefined;
  #last: boolean | undefined;

  constructor(readiness: Readiness, server: Pick<RpcServer, 'setServing'>, services: readonly string[]) {
    this.#readiness = readiness;
    this.#server = server;
    this.#names = ['', ...services];
  }

  start(): void {
    this.report();
    this.#timer = setInterval(() => this.report(), INTERVAL_MS).unref();
  }

  report(): void {
    const serving = this.#readiness.problems().length === 0;
    if (serving === this.#last) return;
    this.#last = serving;
    for (const name of this.#names) this.#server.setServing(name, serving);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
  }
}
