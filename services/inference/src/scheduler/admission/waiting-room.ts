import type { Ticket } from './ticket.js';

/** Who waits, in one lane per tenant. */
export class WaitingRoom {
  private readonly lanes = new Map<string, Ticket[]>();
  private count = 0;
  private promptTokens = 0;

  get size(): number {
    return this.count;
  }

  /** Prompt tokens that wait. */
  get tokens(): number {
    return this.promptTokens;
  }

  add(ticket: Ticket): void {
    const { tenant, promptTokens } = ticket.demand;
    const lane = this.lanes.get(tenant);
    if (lane) lane.push(ticket);
    else this.lanes.set(tenant, [ticket]);
    this.count++;
    this.promptTokens += promptTokens;
  }

  /** False when it does not wait here. */
  remove(ticket: Ticket): boolean {
    const { tenant, promptTokens } = ticket.demand;
    const lane = this.lane(tenant);
    const index = lane.indexOf(ticket);
    if (index < 0) return false;
    (lane as Ticket[]).splice(index, 1);
    if (lane.length === 0) this.lanes.delete(tenant);
    this.count--;
    this.promptTokens -= promptTokens;
    return true;
  }

  lane(tenant: string): readonly Ticket[] {
    return this.lanes.get(tenant) ?? [];
  }

  /** Tenants with somebody who waits. */
  tenants(): IterableIterator<string> {
    return this.lanes.keys();
  }

  /** When the one that waits longest came; infinite when nobody waits. */
  firstEnteredAt(): number {
    let first = Number.POSITIVE_INFINITY;
    for (const [ticket] of this.lanes.values()) first = Math.min(first, ticket?.enteredAt ?? first);
    return first;
  }

  /** Everybody, tenant by tenant. */
  all(): Ticket[] {
    return [...this.lanes.values()].flat();
  }
}
