/** The consumers of one process, which drain together. */
export class ConsumerGroup implements AsyncDisposable {
  readonly #running: AsyncDisposable[] = [];
  #complete = false;
  #closed = false;

  get complete(): boolean {
    return this.#complete;
  }

  add(consumer: AsyncDisposable): void {
    // One that starts after the drain began must not go on alone.
    if (this.#closed) void consumer[Symbol.asyncDispose]();
    else this.#running.push(consumer);
  }

  /** All have been added. */
  done(): void {
    this.#complete = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#running.splice(0).map((consumer) => consumer[Symbol.asyncDispose]()));
  }
}
