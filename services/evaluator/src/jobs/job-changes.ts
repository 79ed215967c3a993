import { sleep } from '@weir/resilience';

/** Wakes those who watch a job when this process changed it; changes of others are found by looking again. */
export class JobChanges {
  readonly #watchers = new Map<string, Set<AbortController>>();

  get watching(): number {
    return [...this.#watchers.values()].reduce((total, watchers) => total + watchers.size, 0);
  }

  tell(jobId: string): void {
    for (const watcher of this.#watchers.get(jobId) ?? []) watcher.abort();
  }

  /** Resolves at the next change, after the time, or when the signal aborts. */
  async next(jobId: string, ms: number, signal: AbortSignal): Promise<void> {
    const change = new AbortController();
    const watchers = this.#watchers.get(jobId) ?? new Set();
    this.#watchers.set(jobId, watchers.add(change));
    await sleep(ms, AbortSignal.any([change.signal, signal])).catch(() => undefined);
    watchers.delete(change);
    if (watchers.size === 0) this.#watchers.delete(jobId);
  }
}
