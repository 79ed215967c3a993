const FORCE_AFTER_MS = 1_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * How long this program shall run: until a signal, or until the process that started it is gone (its IPC channel closes).
 * A second signal after a second ends the process at once; the servers on a leash end with it.
 */
export class Lifetime implements Disposable {
  private readonly controller = new AbortController();
  private endedAt: number | undefined;
  private readonly onSignal = () => this.end();

  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.onSignal);
    process.on('disconnect', this.onSignal);
    process.channel?.unref();
  }

  /** Aborted when the program shall end. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Settles when the program shall end. */
  async over(): Promise<void> {
    if (this.signal.aborted) return;
    await new Promise((resolve) => this.signal.addEventListener('abort', resolve, { once: true }));
  }

  end(): void {
    const now = performance.now();
    if (this.endedAt !== undefined && now - this.endedAt > FORCE_AFTER_MS) process.exit(130);
    this.endedAt ??= now;
    this.controller.abort();
  }

  [Symbol.dispose](): void {
    for (const signal of SIGNALS) process.off(signal, this.onSignal);
    process.off('disconnect', this.onSignal);
  }
}
