import type { Standing } from './shares.js';
import type { Ticket } from './ticket.js';
import type { WaitingRoom } from './waiting-room.js';

/** Grants in a row that may pass over a lower class. Then one does not look at classes: nobody waits for ever. */
const MOST_PASSED = 7;

export interface Ranking {
  readonly now: number;
  /** A request without a wanted first token is due so long after it came, so that those with one never starve it. */
  readonly maxWaitMs: number;
  readonly standing: (tenant: string) => Standing;
  /** Served tokens of a tenant, the least is next. */
  readonly key: (tenant: string) => number;
}

/**
 * The next request: those below their share before those who borrow; higher classes first; within a class the tenant that
 * was served least; within a tenant who comes back, then the one that is due first.
 */
export class QueueOrder {
  private passed = 0;

  /** The next one, or undefined when nobody who waits may have a slot. */
  next(room: WaitingRoom, ranking: Ranking): Ticket | undefined {
    const byClass = this.best(room, ranking, true);
    if (!byClass) return undefined;
    const without = this.best(room, ranking, false);
    if (!without || without === byClass || without.demand.priority >= byClass.demand.priority) return byClass;
    if (++this.passed <= MOST_PASSED) return byClass;
    this.passed = 0;
    return without;
  }

  private best(room: WaitingRoom, ranking: Ranking, byClass: boolean): Ticket | undefined {
    let best: { ticket: Ticket; borrows: boolean; key: number } | undefined;
    for (const tenant of room.tenants()) {
      const standing = ranking.standing(tenant);
      const ticket = standing === 'none' ? undefined : firstOf(room.lane(tenant), ranking, byClass);
      if (!ticket) continue;
      const candidate = { ticket, borrows: standing === 'borrow', key: ranking.key(tenant) };
      if (!best || isBefore(candidate, best, byClass)) best = candidate;
    }
    return best?.ticket;
  }
}

interface Candidate {
  readonly ticket: Ticket;
  readonly borrows: boolean;
  readonly key: number;
}

function isBefore(one: Candidate, other: Candidate, byClass: boolean): boolean {
  if (one.borrows !== other.borrows) return other.borrows;
  const rank = classOf(other.ticket, byClass) - classOf(one.ticket, byClass);
  if (rank !== 0) return rank < 0;
  return one.key - other.key < 0 || (one.key === other.key && one.ticket.id < other.ticket.id);
}

/** A tenant's first request: who comes back, then by class, then by when it is due, then by when it came. */
export function compareInLane(
  one: Ticket,
  other: Ticket,
  { now, maxWaitMs }: Pick<Ranking, 'now' | 'maxWaitMs'>,
  byClass = true,
): number {
  return (
    byReturn(one, other) ||
    classOf(other, byClass) - classOf(one, byClass) ||
    dueAt(one, now, maxWaitMs) - dueAt(other, now, maxWaitMs) ||
    one.id - other.id
  );
}

function firstOf(lane: readonly Ticket[], ranking: Ranking, byClass: boolean): Ticket | undefined {
  let first: Ticket | undefined;
  for (const ticket of lane) {
    if (!first || compareInLane(ticket, first, ranking, byClass) < 0) first = ticket;
  }
  return first;
}

function byReturn(one: Ticket, other: Ticket): number {
  return Number(other.demand.returning) - Number(one.demand.returning);
}

/** Sheddable requests stay behind the others in any case. */
function classOf({ demand: { priority } }: Ticket, byClass: boolean): number {
  return byClass || priority < 0 ? priority : 0;
}

/** A wanted time that has passed gives no precedence any more: going first would only make others late, too. */
function dueAt({ demand: { ttftDeadline }, enteredAt }: Ticket, now: number, maxWaitMs: number): number {
  return ttftDeadline !== undefined && ttftDeadline >= now ? ttftDeadline : enteredAt + maxWaitMs;
}
