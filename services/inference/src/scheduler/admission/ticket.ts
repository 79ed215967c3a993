/** What a request asks of an engine. Times are milliseconds of one clock. */
export interface SlotDemand {
  readonly tenant: string;
  /** 0 = normal, below 0 = sheddable, higher goes first. */
  readonly priority: number;
  /** Estimate. */
  readonly promptTokens: number;
  /** Tokens that it may generate. */
  readonly maxTokens: number;
  /** Nothing is of use after it; undefined = none. */
  readonly deadline: number | undefined;
  /** Latest wanted time of the first token; it orders, and refuses nobody. */
  readonly ttftDeadline: number | undefined;
  /** It had a slot before and lost it without a fault of its own. */
  readonly returning: boolean;
}

/** Tokens that were evaluated for a request. */
export interface ServedTokens {
  readonly prompt: number;
  readonly output: number;
}

export type FinishedState = 'released' | 'cancelled' | 'deadline' | 'shed' | 'refused';

export type TicketState = 'queued' | 'prefill' | 'decode' | FinishedState;

/** Why a request got no slot, in the words of the inference extension's `x-llm-d-request-dropped-reason`. */
export type DroppedReason =
  | 'rejected-saturated'
  | 'rejected-ttl-expired'
  | 'rejected-context-cancelled'
  | 'evicted-priority'
  | 'evicted-queue-pressure';

/** One request on its way: QUEUED, PREFILL, DECODE, and how it ended. Only its Admission changes it. */
export class Ticket {
  state: TicketState = 'queued';
  servedPrompt = 0;
  servedOutput = 0;
  grantedAt = 0;
  /** Its slot can be taken away and given back later. */
  reclaimable = false;
  /** It was told to give its slot up, and has not yet. */
  reclaiming = false;

  constructor(
    /** Grows with each request. */
    readonly id: number,
    readonly demand: SlotDemand,
    readonly enteredAt: number,
  ) {}

  get isWaiting(): boolean {
    return this.state === 'queued';
  }

  get isRunning(): boolean {
    return this.state === 'prefill' || this.state === 'decode';
  }

  /** Prompt tokens that the engine still has to evaluate. */
  get promptLeft(): number {
    return this.state === 'decode' ? 0 : Math.max(0, this.demand.promptTokens - this.servedPrompt);
  }
}
