export interface ReadinessProblem {
  readonly name: string;
  readonly reason: string;
}

/** Whether this process should get traffic: every check, asked anew each time. */
export class Readiness {
  readonly #checks = new Map<string, () => string | undefined>();
  #draining = false;

  /** Adds a check, which gives the reason why it is not ready, or undefined. It must answer at once. */
  add(name: string, check: () => string | undefined): void {
    this.#checks.set(name, check);
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** From now on the process is not ready, for good. */
  drain(): void {
    this.#draining = true;
  }

  problems(): ReadinessProblem[] {
    const found = [...this.#checks].flatMap(([name, check]) => {
      const reason = check();
      return reason === undefined ? [] : [{ name, reason }];
    });
    return this.#draining ? [{ name: 'process', reason: 'draining' }, ...found] : found;
  }
}
