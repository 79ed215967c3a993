import { WeirError } from '@weir/errors';
import { Admission, type AdmissionOptions, type Outcome, type Refusal } from './admission/admission.js';
import type { GroupSlots } from './admission/shares.js';
import type { EngineStep } from './measures/step-costs.js';
import type { DroppedReason, ServedTokens, SlotDemand, Ticket } from './admission/ticket.js';
import { abortError, refusalError } from './refusals.js';

export { abortError } from './refusals.js';
export type { DroppedReason, EngineStep, GroupSlots, ServedTokens };

/** Who is told what the scheduler does. */
export interface SchedulerObserver {
  /** Somebody came, got a slot, gave it back or left; also a few times a second while somebody waits. */
  onChange?(scheduler: SlotScheduler): void;
  onDropped?(reason: DroppedReason): void;
  onReclaimed?(): void;
}

export interface SlotSchedulerOptions extends AdmissionOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Called after `running` or `waiting` changed. */
  readonly onChange?: () => void;
  readonly observer?: SchedulerObserver;
}

export interface SlotRequest extends Omit<SlotDemand, 'returning'> {
  readonly signal: AbortSignal;
  /** It had a slot before and lost it without a fault of its own: first in line, and not refused for a full queue. */
  readonly returning?: boolean;
}

/** A slot that somebody has. Releasing it twice does nothing. */
export interface SlotLease extends Disposable {
  release(): void;
  /**
   * Called when the slot must go to another tenant whose share it is: the holder parks its request in the engine, then
   * releases and enters again with `returning`. A lease without a listener keeps its slot.
   */
  onReclaim(listener: () => void): void;
  /** Tokens that this request was served since the last call: the currency of fairness. */
  served(tokens: ServedTokens): void;
}

interface Caller {
  grant(): void;
  refuse(error: WeirError): void;
}

/** Longest time between two looks at who waits in vain. */
const SWEEP_MS = 250;

/**
 * Gives the slots of one deployment to requests: bounded queue, fair in tokens between tenants, nobody waits past a
 * deadline. The decisions are Admission's; this adds the promises, the timer and the signals.
 */
export class SlotScheduler {
  private readonly admission: Admission;
  private readonly callers = new Map<Ticket, Caller>();
  private readonly holders = new Map<Ticket, () => void>();
  private timer: NodeJS.Timeout | undefined;
  private timerAt = Number.POSITIVE_INFINITY;

  constructor(private readonly options: SlotSchedulerOptions) {
    this.admission = new Admission(options);
  }

  get running(): number {
    return this.admission.runningCount;
  }

  get waiting(): number {
    return this.admission.waitingCount;
  }

  /** Prompt tokens that wait. */
  get waitingTokens(): number {
    return this.admission.waitingTokens;
  }

  /** Milliseconds that the one who waits longest has waited. */
  get longestWaitMs(): number {
    return this.admission.longestWaitMs(this.options.now());
  }

  /** Slots in use by the tenants that shares name and by all others, own and borrowed. */
  slotsInUse(): GroupSlots[] {
    return this.admission.slotsInUse();
  }

  /** From now on slots are granted. */
  resume(): void {
    this.apply(this.admission.open(this.options.now()));
  }

  /** Grants no more slots; who waits goes on waiting. */
  pause(): void {
    this.admission.close(this.options.now());
  }

  /** Refuses everybody who waits. */
  refuseAll(error: WeirError): void {
    for (const [ticket, caller] of this.callers) {
      this.admission.leave(ticket, 'refused');
      caller.refuse(error);
    }
    this.changed();
  }

  retryAfterMs(): number {
    return this.admission.retryAfterMs(this.options.now());
  }

  /** A finished engine step: what it evaluated and how long it took; the measured rate. */
  onStep(step: EngineStep): void {
    this.admission.onStep(step);
  }

  /**
   * Resolves when the request has a slot.
   * @throws WeirError `engine_overloaded` (no room, shed, or waited too long), `deadline_exceeded`, or what the signal
   * says; `dropped_reason` in the details of each
   */
  enter(request: SlotRequest): Promise<SlotLease> {
    const { promise, resolve, reject } = Promise.withResolvers<SlotLease>();
    const { signal } = request;
    if (signal.aborted) {
      reject(this.left(signal));
      return promise;
    }
    const { ticket, outcomes } = this.admission.submit(demandOf(request), this.options.now());
    const abort = () => {
      this.admission.leave(ticket, 'cancelled');
      this.callers.get(ticket)?.refuse(this.left(signal));
      this.changed();
    };
    const settle = () => {
      this.callers.delete(ticket);
      signal.removeEventListener('abort', abort);
    };
    signal.addEventListener('abort', abort, { once: true });
    this.callers.set(ticket, {
      grant: () => {
        settle();
        resolve(this.lease(ticket));
      },
      refuse: (error) => {
        settle();
        reject(error);
      },
    });
    this.apply(outcomes);
    if (ticket.isWaiting) this.sweepAt(this.admission.lastMoment(ticket));
    return promise;
  }

  private lease(ticket: Ticket): SlotLease {
    const release = () => {
      this.holders.delete(ticket);
      if (ticket.isRunning) this.apply(this.admission.release(ticket, this.options.now()));
    };
    return {
      release,
      [Symbol.dispose]: release,
      served: (tokens) => this.admission.served(ticket, tokens),
      onReclaim: (listener) => {
        if (!ticket.isRunning) return;
        this.holders.set(ticket, listener);
        this.apply(this.admission.allowReclaim(ticket));
      },
    };
  }

  private apply(outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) {
      if (outcome.kind === 'granted') this.callers.get(outcome.ticket)?.grant();
      else if (outcome.kind === 'dropped') this.refuse(outcome.ticket, outcome.refusal);
      else {
        this.options.observer?.onReclaimed?.();
        this.holders.get(outcome.ticket)?.();
      }
    }
    this.changed();
  }

  private refuse(ticket: Ticket, refusal: Refusal): void {
    this.options.observer?.onDropped?.(refusal.reason);
    const { running, waiting, waitingTokens } = this;
    const load = { running, waiting, waiting_tokens: waitingTokens, slots: this.options.slots };
    this.callers.get(ticket)?.refuse(refusalError(refusal, load));
  }

  private left(signal: AbortSignal): WeirError {
    const reason: DroppedReason = 'rejected-context-cancelled';
    this.options.observer?.onDropped?.(reason);
    return abortError(signal, { dropped_reason: reason });
  }

  private changed(): void {
    this.options.onChange?.();
    this.options.observer?.onChange?.(this);
    if (this.waiting > 0) this.sweepAt(this.options.now() + SWEEP_MS);
    else this.stopSweeping();
  }

  private sweepAt(time: number): void {
    if (time >= this.timerAt) return;
    clearTimeout(this.timer);
    this.timerAt = time;
    this.timer = setTimeout(() => this.sweep(), Math.max(0, time - this.options.now()));
  }

  private sweep(): void {
    this.stopSweeping();
    this.apply(this.admission.sweep(this.options.now()));
    const next = this.admission.nextMoment();
    if (next !== undefined) this.sweepAt(next);
  }

  private stopSweeping(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.timerAt = Number.POSITIVE_INFINITY;
  }
}

function demandOf({ signal: _signal, returning = false, ...demand }: SlotRequest): SlotDemand {
  return { ...demand, returning };
}
