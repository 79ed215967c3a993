import { compareInLane, type Ranking } from './queue-order.js';
import type { Ticket } from './ticket.js';
import type { WaitingRoom } from './waiting-room.js';

export interface Forecast extends Ranking {
  readonly weightOf: (tenant: string) => number;
  /** Milliseconds of the whole engine that a request will take. */
  readonly workMs: (ticket: Ticket) => number;
  /** Milliseconds of the whole engine for its prompt. */
  readonly prefillMs: (ticket: Ticket) => number;
  /** Milliseconds of the whole engine for one token of a tenant's key. */
  readonly tokenMs: number;
}

/**
 * Who waits in vain: the work that goes before a request, and its own prompt, take longer than its deadline leaves.
 * What runs now is left out of the sum, so that nobody is refused who could have made it.
 */
export function tooLate(room: WaitingRoom, forecast: Forecast): Ticket[] {
  if (allInTime(room, forecast)) return [];
  const late: Ticket[] = [];
  let aheadMs = 0;
  for (const ticket of inOrder(room, forecast)) {
    const { deadline } = ticket.demand;
    if (deadline !== undefined && forecast.now + aheadMs + forecast.prefillMs(ticket) > deadline) late.push(ticket);
    else aheadMs += forecast.workMs(ticket);
  }
  return late;
}

/** Whether everybody would make it as the last one: cheaper than to find out the order. */
function allInTime(room: WaitingRoom, forecast: Forecast): boolean {
  let workMs = 0;
  let firstDeadline = Number.POSITIVE_INFINITY;
  for (const ticket of room.all()) {
    workMs += forecast.workMs(ticket);
    firstDeadline = Math.min(firstDeadline, ticket.demand.deadline ?? firstDeadline);
  }
  return forecast.now + workMs <= firstDeadline;
}

/** The order in which they will be granted, as a fair queue does: by what their tenant will have been served by then. */
function inOrder(room: WaitingRoom, forecast: Forecast): Ticket[] {
  const places: { ticket: Ticket; borrows: boolean; start: number }[] = [];
  for (const tenant of room.tenants()) {
    const standing = forecast.standing(tenant);
    let start = forecast.key(tenant) * forecast.tokenMs;
    for (const ticket of [...room.lane(tenant)].sort((a, b) => compareInLane(a, b, forecast))) {
      places.push({ ticket, borrows: standing !== 'own', start });
      start += forecast.workMs(ticket) / forecast.weightOf(tenant);
    }
  }
  return places
    .sort(
      (a, b) =>
        Number(a.borrows) - Number(b.borrows) ||
        b.ticket.demand.priority - a.ticket.demand.priority ||
        a.start - b.start ||
        a.ticket.id - b.ticket.id,
    )
    .map(({ ticket }) => ticket);
}
