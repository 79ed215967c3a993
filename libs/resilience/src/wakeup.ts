/**
 * Lets one side wait until the other one calls. Whoever waits at the time goes on; a call that nobody waits for is
 * forgotten, so look at what you wait for first.
 */
export class Wakeup {
  #waiting: PromiseWithResolvers<void> | undefined;

  /** Resolves at the next `wake`. */
  wait(): Promise<void> {
    this.#waiting ??= Promise.withResolvers();
    return this.#waiting.promise;
  }

  wake(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve();
  }
}
