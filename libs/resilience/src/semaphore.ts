import { WeirError } from '@weir/errors';

/** A fixed number of permits; those who wait are served in order. */
export class Semaphore {
  #available: number;
  readonly #waiting = new Set<() => void>();

  constructor(permits: number) {
    this.#available = permits;
  }

  get available(): number {
    return this.#available;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** A permit that is given back when disposed, or undefined when there is none. */
  tryAcquire(): Disposable | undefined {
    if (this.#available === 0) return undefined;
    this.#available -= 1;
    return this.#permit();
  }

  /** Rejects with `cancelled` when the signal aborts first. */
  async acquire(signal?: AbortSignal): Promise<Disposable> {
    const permit = this.tryAcquire();
    if (permit) return permit;
    await new Promise<void>((resolve, reject) => {
      const granted = () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const abort = () => {
        this.#waiting.delete(granted);
        reject(new WeirError('cancelled', 'The wait for a permit was cancelled.'));
      };
      if (signal?.aborted) return abort();
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.add(granted);
    });
    return this.#permit();
  }

  #permit(): Disposable {
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (!held) return;
        held = false;
        this.#giveBack();
      },
    };
  }

  #giveBack(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#available += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
