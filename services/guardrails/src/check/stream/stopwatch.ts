/** Adds up the time that is worked on something, without the time between. */
export class Stopwatch {
  readonly #monotonic: () => number;
  #spentMs = 0;

  /** `monotonic`: in milliseconds. */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  get spentMs(): number {
    return this.#spentMs;
  }

  measure<T>(work: () => T): T {
    const started = this.#monotonic();
    const done = work();
    this.#spentMs += this.#monotonic() - started;
    return done;
  }

  async measureLater<T>(work: () => Promise<T>): Promise<T> {
    const started = this.#monotonic();
    const done = await work();
    this.#spentMs += this.#monotonic() - started;
    return done;
  }
}
