import type { BackendStatus } from '../deployments/engine-backend.js';

export interface IdleUnloadParts {
  /** Time without a request after which the engine is ended; 0 = never. */
  readonly afterMs: number;
  readonly engine: { start(): void; stop(): Promise<void> };
  /** Whether no request runs or waits. */
  readonly isIdle: () => boolean;
  /** Called when it falls asleep. */
  readonly onAsleep: () => void;
}

const ASLEEP: BackendStatus = { state: 'ready', reason: 'Unloaded while idle; the next request loads it again.' };

/** Frees the memory of an engine that nobody asks anything, and loads it again for the next request. */
export class IdleUnload {
  private asleep = false;
  private uses = 0;
  private timer: NodeJS.Timeout | undefined;
  private ending: Promise<void> | undefined;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly parts: IdleUnloadParts) {}

  get isAsleep(): boolean {
    return this.asleep;
  }

  /** What others see: asleep is as good as ready, because requests are held while it wakes up. */
  seenAs(status: BackendStatus): BackendStatus {
    const asGoodAsReady = status.state === 'ready' || status.state === 'unloaded' || status.state === 'loading';
    return this.asleep && asGoodAsReady ? ASLEEP : status;
  }

  /** The engine is loaded, or the work that it has changed. */
  touch(): void {
    clearTimeout(this.timer);
    const { afterMs, isIdle } = this.parts;
    if (afterMs === 0 || this.asleep || this.uses > 0 || !isIdle()) return;
    this.timer = setTimeout(() => this.sleep(), afterMs).unref();
  }

  /** Loads the engine again. Resolves when it has begun to. */
  async wake(): Promise<void> {
    if (!this.asleep) return;
    await this.ending;
    this.parts.engine.start();
  }

  /** Does something with the engine that needs no slot; it does not fall asleep over it. */
  async use<T>(work: () => Promise<T>): Promise<T> {
    this.uses++;
    try {
      await this.wake();
      if (this.asleep) await new Promise<void>((resolve) => this.waiting.push(resolve));
      return await work();
    } finally {
      this.uses--;
      this.touch();
    }
  }

  /** It is loaded, cannot be, or was told to be off: from now on its own status counts. */
  end(): void {
    clearTimeout(this.timer);
    this.asleep = false;
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private sleep(): void {
    if (this.uses > 0 || !this.parts.isIdle()) return;
    this.asleep = true;
    this.parts.onAsleep();
    this.ending = this.parts.engine.stop();
  }
}
