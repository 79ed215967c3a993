import { WeirError } from '@weir/errors';
import { DrainRate } from './drain-rate.js';
import { FairQueue } from './fair-queue.js';

export interface SlotSchedulerOptions {
  readonly slots: number;
  /** Requests that may wait; further ones are refused at once. */
  readonly maxQueue: number;
  /** Longest wait of a request that has no deadline, in milliseconds. */
  readonly maxWaitMs: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Called after `running` or `waiting` changed. */
  readonly onChange?: () => void;
}

export interface SlotRequest {
  readonly tenant: string;
  readonly signal: AbortSignal;
  /** Epoch milliseconds. */
  readonly deadline: number | undefined;
  /** It had a slot before and lost it without a fault of its own: first in line, and not refused for a full queue. */
  readonly returning?: boolean;
}

/** A slot that somebody has. Releasing it twice does nothing. */
export interface SlotLease extends Disposable {
  release(): void;
}

interface Waiting {
  readonly request: SlotRequest;
  grant(): void;
  refuse(error: WeirError): void;
}

/** Gives the slots of one deployment to requests: bounded queue, fair between tenants, nobody waits past a deadline. */
export class SlotScheduler {
  private readonly queue = new FairQueue<Waiting>();
  private readonly drain = new DrainRate();
  private taken = 0;
  private open = false;

  constructor(private readonly options: SlotSchedulerOptions) {}

  get running(): number {
    return this.taken;
  }

  get waiting(): number {
    return this.queue.size;
  }

  /** From now on slots are granted. */
  resume(): void {
    this.open = true;
    this.grantNext();
  }

  /** Grants no more slots; who waits goes on waiting. */
  pause(): void {
    this.open = false;
  }

  /** Refuses everybody who waits. */
  refuseAll(error: WeirError): void {
    for (const waiting of this.queue.drain()) waiting.refuse(error);
  }

  retryAfterMs(): number {
    return this.drain.waitMs(this.queue.size + 1, this.options.now());
  }

  /**
   * Resolves when the request has a slot.
   * @throws WeirError `engine_overloaded` (queue full, or waited too long), `deadline_exceeded`, or what the signal says
   */
  async enter(request: SlotRequest): Promise<SlotLease> {
    if (request.signal.aborted) throw abortError(request.signal);
    if (this.open && this.taken < this.options.slots && this.queue.size === 0) return this.lease();
    if (!request.returning && this.queue.size >= this.options.maxQueue) throw this.full();
    return this.wait(request);
  }

  private wait(request: SlotRequest): Promise<SlotLease> {
    const { promise, resolve, reject } = Promise.withResolvers<SlotLease>();
    const settle = () => {
      clearTimeout(timer);
      request.signal.removeEventListener('abort', abort);
    };
    const waiting: Waiting = {
      request,
      grant: () => {
        settle();
        resolve(this.lease());
      },
      refuse: (error) => {
        settle();
        this.queue.remove(request.tenant, waiting);
        this.options.onChange?.();
        reject(error);
      },
    };
    const abort = () => waiting.refuse(abortError(request.signal));
    const timer = setTimeout(() => waiting.refuse(this.late(request)), this.waitMs(request));
    request.signal.addEventListener('abort', abort, { once: true });
    if (request.returning) this.queue.pushFront(waiting);
    else this.queue.push(request.tenant, waiting);
    this.options.onChange?.();
    this.grantNext();
    return promise;
  }

  private lease(): SlotLease {
    this.taken++;
    this.options.onChange?.();
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      this.taken--;
      this.drain.ended(this.options.now());
      this.options.onChange?.();
      this.grantNext();
    };
    return { release, [Symbol.dispose]: release };
  }

  private grantNext(): void {
    while (this.open && this.taken < this.options.slots) {
      const next = this.queue.shift();
      if (!next) return;
      next.grant();
    }
  }

  private waitMs({ deadline }: SlotRequest): number {
    const { maxWaitMs, now } = this.options;
    return deadline === undefined ? maxWaitMs : Math.max(0, Math.min(maxWaitMs, deadline - now()));
  }

  private late({ deadline }: SlotRequest): WeirError {
    const { now, maxWaitMs } = this.options;
    if (deadline !== undefined && now() >= deadline - 1) {
      return new WeirError('deadline_exceeded', 'The deadline passed while the request waited for the engine.');
    }
    const message = `No slot became free within ${maxWaitMs} ms.`;
    return new WeirError('engine_overloaded', message, { retryAfterMs: this.retryAfterMs() });
  }

  private full(): WeirError {
    const details = { waiting: this.queue.size, running: this.taken, slots: this.options.slots };
    const message = `The engine is busy: ${this.taken} requests run and ${this.queue.size} wait.`;
    return new WeirError('engine_overloaded', message, { retryAfterMs: this.retryAfterMs(), details });
  }
}

/** The reason of an aborted signal as a typed error. */
export function abortError(signal: AbortSignal, details: Record<string, number> = {}): WeirError {
  const reason: unknown = signal.reason;
  const code = reason instanceof WeirError ? reason.code : 'cancelled';
  const message = reason instanceof WeirError ? reason.message : 'The caller left.';
  return new WeirError(code, message, { cause: reason, details });
}
