/**
 * Runs tasks in order within a key and keys in parallel. Keys take turns: one that has much to do waits behind the others
 * after each task. Whoever adds tasks bounds their number.
 */
export class KeyScheduler {
  readonly #concurrency: number;
  /** Waiting tasks of each key that has a task running or waiting. */
  readonly #lanes = new Map<string, (() => Promise<void>)[]>();
  readonly #ready: string[] = [];
  readonly #idle: (() => void)[] = [];
  #running = 0;

  constructor(concurrency: number) {
    this.#concurrency = concurrency;
  }

  get running(): number {
    return this.#running;
  }

  /** The task must not reject: what it does about its failure is its own affair. */
  add(key: string, task: () => Promise<void>): void {
    const lane = this.#lanes.get(key);
    if (lane) {
      lane.push(task);
      return;
    }
    this.#lanes.set(key, [task]);
    this.#ready.push(key);
    this.#start();
  }

  /** Forgets what has not begun. */
  clear(): void {
    for (const lane of this.#lanes.values()) lane.length = 0;
  }

  /** Resolves when nothing runs or waits. */
  idle(): Promise<void> {
    if (this.#lanes.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #start(): void {
    while (this.#running < this.#concurrency) {
      const key = this.#ready.shift();
      if (key === undefined) return;
      const task = this.#lanes.get(key)?.shift();
      if (!task) {
        this.#leave(key);
        continue;
      }
      this.#running += 1;
      const done = () => this.#done(key);
      task().then(done, done);
    }
  }

  #done(key: string): void {
    this.#running -= 1;
    if (this.#lanes.get(key)?.length) this.#ready.push(key);
    else this.#leave(key);
    this.#start();
  }

  #leave(key: string): void {
    this.#lanes.delete(key);
    if (this.#lanes.size > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
