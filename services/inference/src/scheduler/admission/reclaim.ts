import type { SlotShares } from './shares.js';
import type { Ticket } from './ticket.js';
import type { WaitingRoom } from './waiting-room.js';

/**
 * Running requests whose slots must go back to their owners: as many as owners have requests waiting and slots of
 * their own out on loan, less those that are free or on their way. The tenant that borrows most gives first, its newest
 * request first.
 */
export function toReclaim(room: WaitingRoom, running: Iterable<Ticket>, shares: SlotShares, free: number): Ticket[] {
  let missing = wanted(room, shares) - free;
  const borrowed = new Map<string, Ticket[]>();
  const over = new Map<string, number>();
  for (const ticket of running) {
    const group = shares.groupOf(ticket.demand.tenant);
    if (ticket.reclaiming) {
      missing--;
      over.set(group, (over.get(group) ?? -shares.unused(group)) - 1);
    } else if (ticket.reclaimable) borrowed.set(group, [...(borrowed.get(group) ?? []), ticket]);
  }
  const chosen: Ticket[] = [];
  for (; missing > 0; missing--) {
    const ticket = takeFrom(borrowed, over, shares);
    if (!ticket) break;
    chosen.push(ticket);
  }
  return chosen;
}

/** Requests that wait although slots of their own are lent. */
function wanted(room: WaitingRoom, shares: SlotShares): number {
  const waiting = new Map<string, number>();
  for (const tenant of room.tenants()) {
    const group = shares.groupOf(tenant);
    waiting.set(group, (waiting.get(group) ?? 0) + room.lane(tenant).length);
  }
  let total = 0;
  for (const [group, count] of waiting) total += Math.min(count, Math.max(0, shares.unused(group)));
  return total;
}

function takeFrom(borrowed: Map<string, Ticket[]>, over: Map<string, number>, shares: SlotShares): Ticket | undefined {
  let most: { group: string; excess: number } | undefined;
  for (const [group, tickets] of borrowed) {
    const excess = over.get(group) ?? -shares.unused(group);
    if (excess > 0 && tickets.length > 0 && excess > (most?.excess ?? 0)) most = { group, excess };
  }
  if (!most) return undefined;
  over.set(most.group, most.excess - 1);
  const tickets = borrowed.get(most.group) ?? [];
  const newest = tickets.reduce((a, b) =>
    b.grantedAt > a.grantedAt || (b.grantedAt === a.grantedAt && b.id > a.id) ? b : a,
  );
  tickets.splice(tickets.indexOf(newest), 1);
  return newest;
}
