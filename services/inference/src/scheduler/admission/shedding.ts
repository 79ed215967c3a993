import type { DroppedReason, Ticket } from './ticket.js';
import type { WaitingRoom } from './waiting-room.js';

export interface QueueBounds {
  /** Requests that may wait. */
  readonly maxQueue: number;
  /** Prompt tokens that may wait; 0 = no bound. A single request may be larger when it waits alone. */
  readonly maxQueuedTokens: number;
}

export interface Shed {
  readonly ticket: Ticket;
  readonly reason: DroppedReason;
}

/**
 * Who leaves when one more request has made the queue too long: sheddable requests of a lower class than it; then the
 * newest of tenants that fill more of the queue than its own does; else itself. Nobody leaves when that makes no room.
 */
export function shed(
  room: WaitingRoom,
  newcomer: Ticket,
  bounds: QueueBounds,
  weightOf: (tenant: string) => number,
): Shed[] {
  const over = new Overflow(room, bounds);
  const leaving: Shed[] = [];
  const take = (ticket: Ticket | undefined, reason: DroppedReason) => {
    if (!ticket) return false;
    leaving.push({ ticket, reason });
    over.without(ticket);
    return true;
  };
  const gone = (ticket: Ticket) => leaving.some((one) => one.ticket === ticket);
  while (over.isOver && take(lowestSheddable(room, newcomer, gone), 'evicted-priority'));
  while (over.isOver && take(newestOfLargest(room, newcomer, { bounds, weightOf, gone }), 'evicted-queue-pressure'));
  return over.isOver ? [{ ticket: newcomer, reason: 'rejected-saturated' }] : leaving;
}

/** What waits, counted against the bounds. Those who come back were counted when they came first. */
class Overflow {
  private count = 0;
  private tokens = 0;

  constructor(
    room: WaitingRoom,
    private readonly bounds: QueueBounds,
  ) {
    for (const { demand } of room.all()) {
      if (demand.returning) continue;
      this.count++;
      this.tokens += demand.promptTokens;
    }
  }

  get isOver(): boolean {
    const { maxQueue, maxQueuedTokens } = this.bounds;
    return this.count > maxQueue || (maxQueuedTokens > 0 && this.tokens > maxQueuedTokens && this.count > 1);
  }

  without({ demand }: Ticket): void {
    this.count--;
    this.tokens -= demand.promptTokens;
  }
}

function lowestSheddable(room: WaitingRoom, newcomer: Ticket, gone: (ticket: Ticket) => boolean): Ticket | undefined {
  let lowest: Ticket | undefined;
  for (const ticket of room.all()) {
    const { priority, returning } = ticket.demand;
    if (priority >= 0 || priority >= newcomer.demand.priority || returning || gone(ticket)) continue;
    if (!lowest || priority < lowest.demand.priority || (priority === lowest.demand.priority && ticket.id > lowest.id))
      lowest = ticket;
  }
  return lowest;
}

interface Pressure {
  readonly bounds: QueueBounds;
  readonly weightOf: (tenant: string) => number;
  readonly gone: (ticket: Ticket) => boolean;
}

function newestOfLargest(room: WaitingRoom, newcomer: Ticket, pressure: Pressure): Ticket | undefined {
  const { tenant } = newcomer.demand;
  const own = loadOf(room, tenant, pressure);
  let largest: { ticket: Ticket; load: number } | undefined;
  for (const other of room.tenants()) {
    if (other === tenant) continue;
    const ticket = newest(room.lane(other), newcomer, pressure.gone);
    if (!ticket) continue;
    // Still more than the newcomer's tenant after it left: two tenants never throw each other out in turns.
    const load = loadOf(room, other, { ...pressure, gone: (one) => one === ticket || pressure.gone(one) });
    if (load >= own && (!largest || load > largest.load)) largest = { ticket, load };
  }
  return largest?.ticket;
}

function newest(lane: readonly Ticket[], newcomer: Ticket, gone: (ticket: Ticket) => boolean): Ticket | undefined {
  return lane.findLast(
    (ticket) => !ticket.demand.returning && ticket.demand.priority <= newcomer.demand.priority && !gone(ticket),
  );
}

/** Part of the bounds that a tenant fills, for its weight. */
function loadOf(room: WaitingRoom, tenant: string, { bounds, weightOf, gone }: Pressure): number {
  let count = 0;
  let tokens = 0;
  for (const ticket of room.lane(tenant)) {
    if (gone(ticket)) continue;
    count++;
    tokens += ticket.demand.promptTokens;
  }
  const ofTokens = bounds.maxQueuedTokens > 0 ? tokens / bounds.maxQueuedTokens : 0;
  return Math.max(count / Math.max(1, bounds.maxQueue), ofTokens) / weightOf(tenant);
}
