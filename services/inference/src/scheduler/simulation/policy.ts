import type { Admission, Outcome } from '../admission/admission.js';
import { Ticket, type SlotDemand } from '../admission/ticket.js';

/** What the simulation asks of a scheduler; Admission is one. */
export type Policy = Pick<
  Admission,
  | 'open'
  | 'submit'
  | 'leave'
  | 'served'
  | 'release'
  | 'sweep'
  | 'onStep'
  | 'allowReclaim'
  | 'retryAfterMs'
  | 'runningCount'
  | 'waitingCount'
>;

export interface PlainPolicyOptions {
  readonly slots: number;
  readonly maxQueue: number;
  readonly maxWaitMs: number;
  /** `fifo`: first come, first served. `turns`: one request of each tenant in turn, whatever it costs. */
  readonly order: 'fifo' | 'turns';
}

/** What other servers do, to compare with: a bounded queue in the order of arrival, or by turns between tenants. */
export class PlainPolicy implements Policy {
  private readonly queue: Ticket[] = [];
  private readonly running = new Set<Ticket>();
  private readonly turns = new Map<string, number>();
  private readonly ends: number[] = [];
  private lastId = 0;
  private turn = 0;

  constructor(private readonly options: PlainPolicyOptions) {}

  get runningCount(): number {
    return this.running.size;
  }

  get waitingCount(): number {
    return this.queue.length;
  }

  open(): Outcome[] {
    return [];
  }

  submit(demand: SlotDemand, now: number): { readonly ticket: Ticket; readonly outcomes: Outcome[] } {
    const ticket = new Ticket(++this.lastId, demand, now);
    this.queue.push(ticket);
    const outcomes = this.grantAll(now);
    if (ticket.isWaiting && this.queue.length > this.options.maxQueue) outcomes.push(this.drop(ticket, 'full', now));
    return { ticket, outcomes };
  }

  leave(ticket: Ticket): void {
    const index = this.queue.indexOf(ticket);
    if (index >= 0) this.queue.splice(index, 1);
    if (index >= 0) ticket.state = 'cancelled';
  }

  served(): void {}

  onStep(): void {}

  allowReclaim(): Outcome[] {
    return [];
  }

  release(ticket: Ticket, now: number): Outcome[] {
    this.running.delete(ticket);
    ticket.state = 'released';
    this.ends.push(now);
    if (this.ends.length > 32) this.ends.shift();
    return this.grantAll(now);
  }

  sweep(now: number): Outcome[] {
    const late = this.queue.filter(({ enteredAt, demand }) => {
      return now >= Math.min(enteredAt + this.options.maxWaitMs, demand.deadline ?? Number.POSITIVE_INFINITY);
    });
    return late.map((ticket) => this.drop(ticket, 'waited', now));
  }

  /** From the times of the last 32 ends, whether or not the slots were all taken meanwhile. */
  retryAfterMs(now: number): number {
    const [first] = this.ends;
    const perRequest = first === undefined || this.ends.length < 2 ? 1_000 : (now - first) / (this.ends.length - 1);
    return Math.min(60_000, Math.max(250, Math.ceil((this.queue.length + 1) * perRequest)));
  }

  private drop(ticket: Ticket, cause: 'full' | 'waited', now: number): Outcome {
    this.leave(ticket);
    const reason = cause === 'full' ? 'rejected-saturated' : 'rejected-ttl-expired';
    return { kind: 'dropped', ticket, refusal: { cause, reason, retryAfterMs: this.retryAfterMs(now) } };
  }

  private grantAll(now: number): Outcome[] {
    const outcomes: Outcome[] = [];
    while (this.running.size < this.options.slots) {
      const ticket = this.next();
      if (!ticket) break;
      this.queue.splice(this.queue.indexOf(ticket), 1);
      ticket.state = 'prefill';
      ticket.grantedAt = now;
      this.running.add(ticket);
      outcomes.push({ kind: 'granted', ticket });
    }
    return outcomes;
  }

  private next(): Ticket | undefined {
    const servedAt = (ticket: Ticket) => this.turns.get(ticket.demand.tenant) ?? 0;
    const [first, ...others] = this.queue;
    if (!first || this.options.order === 'fifo') return first;
    const next = others.reduce((best, ticket) => (servedAt(ticket) < servedAt(best) ? ticket : best), first);
    this.turns.set(next.demand.tenant, ++this.turn);
    return next;
  }
}
