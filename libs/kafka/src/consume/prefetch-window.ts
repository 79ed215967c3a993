/** Bound of what a consumer has fetched and not finished. One record always fits, whatever its size. */
export class PrefetchWindow {
  readonly #maxRecords: number;
  readonly #maxBytes: number;
  readonly #waiting = new Set<() => void>();
  #records = 0;
  #bytes = 0;

  constructor(limits: { readonly maxRecords: number; readonly maxBytes: number }) {
    this.#maxRecords = limits.maxRecords;
    this.#maxBytes = limits.maxBytes;
  }

  get records(): number {
    return this.#records;
  }

  get bytes(): number {
    return this.#bytes;
  }

  tryTake(bytes: number): boolean {
    const full = this.#records >= this.#maxRecords || this.#bytes + bytes > this.#maxBytes;
    if (full && this.#records > 0) return false;
    this.#records += 1;
    this.#bytes += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#records -= 1;
    this.#bytes -= bytes;
    for (const wake of this.#waiting) wake();
  }

  /** Resolves after the next record was given back, or after the time. */
  waitForRoom(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      this.#waiting.add(wake);
    });
  }
}
