import { tooLate, type Forecast } from './deadline.js';
import { DrainRate } from '../measures/drain-rate.js';
import { OutputLengths } from '../measures/output-lengths.js';
import { QueueOrder } from './queue-order.js';
import { toRebalance } from './rebalance.js';
import { toReclaim } from './reclaim.js';
import { shed } from './shedding.js';
import { SlotShares, type GroupSlots, type TenantShare } from './shares.js';
import { StepCosts, type EngineStep } from '../measures/step-costs.js';
import { Ticket, type DroppedReason, type FinishedState, type ServedTokens, type SlotDemand } from './ticket.js';
import { TokenFairness } from './token-fairness.js';
import { WaitingRoom } from './waiting-room.js';

export interface AdmissionOptions {
  readonly slots: number;
  /** Requests that may wait; further ones are refused at once. */
  readonly maxQueue: number;
  /** Prompt tokens that may wait; 0 = only `maxQueue` counts. */
  readonly maxQueuedTokens: number;
  /** Longest wait of a request, in milliseconds. */
  readonly maxWaitMs: number;
  readonly shares: readonly TenantShare[];
}

/** Why a request is turned away: a bound, a deadline that cannot be met, or the longest wait. */
export interface Refusal {
  readonly cause: 'full' | 'deadline' | 'waited';
  readonly reason: DroppedReason;
  readonly retryAfterMs: number;
}

/** What the one who asked has to do now. */
export type Outcome =
  | { readonly kind: 'granted'; readonly ticket: Ticket }
  | { readonly kind: 'dropped'; readonly ticket: Ticket; readonly refusal: Refusal }
  /** Park it, release it, and submit it again as returning. */
  | { readonly kind: 'reclaimed'; readonly ticket: Ticket };

const LEAST_RETRY_MS = 250;
const MOST_RETRY_MS = 60_000;

/**
 * Gives the slots of one engine to requests. No promises, no timers, no clock of its own: every method gets the time and
 * answers with what follows from it.
 */
export class Admission {
  readonly costs = new StepCosts();
  private readonly room = new WaitingRoom();
  private readonly running = new Set<Ticket>();
  private readonly order = new QueueOrder();
  private readonly drain = new DrainRate();
  private readonly lengths = new OutputLengths();
  private readonly fairness: TokenFairness;
  private readonly shares: SlotShares;
  private isOpen = false;
  private lastId = 0;

  constructor(private readonly options: AdmissionOptions) {
    this.fairness = new TokenFairness(new Map(options.shares.map(({ tenant, weight }) => [tenant, weight || 1])));
    this.shares = new SlotShares(options.slots, options.shares);
  }

  get runningCount(): number {
    return this.running.size;
  }

  get waitingCount(): number {
    return this.room.size;
  }

  get waitingTokens(): number {
    return this.room.tokens;
  }

  /** Tenants whose counters are kept. */
  get accounts(): number {
    return this.fairness.size;
  }

  slotsInUse(): GroupSlots[] {
    return this.shares.use();
  }

  /** Milliseconds that the request which came first has waited; 0 when nobody waits. */
  longestWaitMs(now: number): number {
    return now - Math.min(now, this.room.firstEnteredAt());
  }

  /** From now on slots are granted. */
  open(now: number): Outcome[] {
    this.isOpen = true;
    return this.settle(now);
  }

  /** Grants no more slots; who waits goes on waiting. */
  close(now: number): void {
    this.isOpen = false;
    this.drain.full(false, now);
  }

  submit(demand: SlotDemand, now: number): { readonly ticket: Ticket; readonly outcomes: Outcome[] } {
    const ticket = new Ticket(++this.lastId, demand, now);
    if (this.room.lane(demand.tenant).length === 0) this.fairness.activate(demand.tenant, this.room.tenants());
    this.room.add(ticket);
    // Also when a slot is free: a prompt that cannot be evaluated before the deadline would only take it from others.
    const late = this.dropLate(ticket, now);
    if (late) return { ticket, outcomes: [late] };
    const outcomes = this.grantAll(now);
    if (ticket.isWaiting) outcomes.push(...this.makeRoom(ticket, now));
    return { ticket, outcomes: [...outcomes, ...this.reclaim()] };
  }

  /** Somebody who waits leaves. */
  leave(ticket: Ticket, state: FinishedState): void {
    if (!this.room.remove(ticket)) return;
    ticket.state = state;
    this.tidy();
  }

  /** Counts what a running request was served since the last time. */
  served(ticket: Ticket, tokens: ServedTokens): void {
    if (!ticket.isRunning) return;
    const { promptLeft } = ticket;
    ticket.servedPrompt += tokens.prompt;
    ticket.servedOutput += tokens.output;
    if (tokens.output > 0) ticket.state = 'decode';
    this.fairness.serve(ticket, tokens, promptLeft);
  }

  onStep(step: EngineStep): void {
    this.costs.onStep(step);
  }

  /** A running request gives its slot back, for good or because it was reclaimed. */
  release(ticket: Ticket, now: number): Outcome[] {
    if (!this.running.delete(ticket)) return [];
    const { tenant } = ticket.demand;
    this.drain.ended(now);
    if (!ticket.reclaiming && ticket.servedOutput > 0) this.lengths.ended(tenant, ticket.servedOutput);
    this.fairness.release(tenant, ticket.promptLeft);
    this.shares.giveBack(tenant);
    ticket.state = 'released';
    const outcomes = this.settle(now);
    this.tidy();
    return outcomes;
  }

  /** A running request can be parked from now on. */
  allowReclaim(ticket: Ticket): Outcome[] {
    ticket.reclaimable = true;
    return this.reclaim();
  }

  /** Turns away who waited too long or waits in vain, and takes slots from who has far too many. To be called a few times a second while somebody waits. */
  sweep(now: number): Outcome[] {
    const waited = this.room.all().filter((ticket) => now >= this.lastMoment(ticket));
    const outcomes = waited.map((ticket) =>
      this.drop(ticket, { now, cause: causeOf(ticket, now), reason: 'rejected-ttl-expired' }),
    );
    if (this.hasDeadlines() && this.costs.known) {
      for (const ticket of tooLate(this.room, this.forecast(now)))
        outcomes.push(this.drop(ticket, { now, cause: 'deadline', reason: 'rejected-ttl-expired' }));
    }
    return [...outcomes, ...this.rebalance()];
  }

  /** When this request has waited long enough. */
  lastMoment({ demand: { deadline }, enteredAt }: Ticket): number {
    const longest = enteredAt + this.options.maxWaitMs;
    return deadline === undefined ? longest : Math.min(longest, deadline);
  }

  /** The earliest of these times; undefined when nobody waits. */
  nextMoment(): number | undefined {
    let next: number | undefined;
    for (const ticket of this.room.all()) next = Math.min(next ?? Number.POSITIVE_INFINITY, this.lastMoment(ticket));
    return next;
  }

  /** When what waits now will have got its slots, so that who comes then gets one at once. */
  retryAfterMs(now: number): number {
    const { drain, room } = this;
    let waitMs = (room.size + 1) * drain.perRequestMs(now);
    if (this.costs.known) {
      waitMs = 0;
      for (const ticket of room.all()) waitMs += this.workMs(ticket);
    }
    return Math.min(MOST_RETRY_MS, Math.max(LEAST_RETRY_MS, Math.ceil(waitMs)));
  }

  private settle(now: number): Outcome[] {
    const outcomes = this.grantAll(now);
    return [...outcomes, ...this.reclaim()];
  }

  private grantAll(now: number): Outcome[] {
    const granted: Outcome[] = [];
    while (this.isOpen && this.running.size < this.options.slots) {
      const ticket = this.order.next(this.room, this.ranking(now));
      if (!ticket) break;
      this.grant(ticket, now);
      granted.push({ kind: 'granted', ticket });
    }
    this.drain.full(this.isOpen && this.running.size >= this.options.slots, now);
    return granted;
  }

  private grant(ticket: Ticket, now: number): void {
    this.room.remove(ticket);
    ticket.state = 'prefill';
    ticket.grantedAt = now;
    this.running.add(ticket);
    this.fairness.grant(ticket);
    this.shares.take(ticket.demand.tenant);
  }

  private reclaim(): Outcome[] {
    if (!this.isOpen) return [];
    const free = this.options.slots - this.running.size;
    return toReclaim(this.room, this.running, this.shares, free).map((ticket) => {
      ticket.reclaiming = true;
      return { kind: 'reclaimed', ticket };
    });
  }

  private rebalance(): Outcome[] {
    if (!this.isOpen || this.running.size < this.options.slots) return [];
    const { room, running, fairness, shares } = this;
    const ticket = toRebalance({ room, running, fairness, shares });
    if (!ticket) return [];
    ticket.reclaiming = true;
    return [{ kind: 'reclaimed', ticket }];
  }

  private makeRoom(newcomer: Ticket, now: number): Outcome[] {
    const leaving = shed(this.room, newcomer, this.options, (tenant) => this.fairness.weightOf(tenant));
    return leaving.map(({ ticket, reason }) => this.drop(ticket, { now, cause: 'full', reason }));
  }

  private dropLate(ticket: Ticket, now: number): Outcome | undefined {
    if (ticket.demand.deadline === undefined) return undefined;
    const isLate =
      now >= ticket.demand.deadline || (this.costs.known && tooLate(this.room, this.forecast(now)).includes(ticket));
    return isLate ? this.drop(ticket, { now, cause: 'deadline', reason: 'rejected-ttl-expired' }) : undefined;
  }

  private drop(ticket: Ticket, { now, cause, reason }: Pick<Refusal, 'cause' | 'reason'> & { now: number }): Outcome {
    this.leave(ticket, cause === 'full' ? 'shed' : 'deadline');
    return { kind: 'dropped', ticket, refusal: { cause, reason, retryAfterMs: this.retryAfterMs(now) } };
  }

  private hasDeadlines(): boolean {
    return this.room.all().some(({ demand }) => demand.deadline !== undefined);
  }

  private ranking(now: number) {
    return {
      now,
      maxWaitMs: this.options.maxWaitMs,
      standing: (tenant: string) => this.shares.standing(tenant),
      key: (tenant: string) => this.fairness.keyOf(tenant),
    };
  }

  private forecast(now: number): Forecast {
    return {
      ...this.ranking(now),
      weightOf: (tenant) => this.fairness.weightOf(tenant),
      workMs: (ticket) => this.workMs(ticket),
      prefillMs: ({ demand }) => this.costs.ms(demand.promptTokens, 0),
      tokenMs: this.costs.ms(0, 1),
    };
  }

  private workMs({ demand: { tenant, promptTokens, maxTokens } }: Ticket): number {
    return this.costs.ms(promptTokens, this.lengths.expected(tenant, maxTokens));
  }

  private tidy(): void {
    if (this.running.size === 0 && this.room.size === 0) this.fairness.reset();
    else this.fairness.tidy((tenant) => this.room.lane(tenant).length > 0);
  }
}

function causeOf({ demand: { deadline } }: Ticket, now: number): Refusal['cause'] {
  return deadline !== undefined && now >= deadline ? 'deadline' : 'waited';
}
