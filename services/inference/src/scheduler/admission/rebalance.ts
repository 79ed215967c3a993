import type { SlotShares } from './shares.js';
import type { Ticket } from './ticket.js';
import type { TokenFairness } from './token-fairness.js';
import type { WaitingRoom } from './waiting-room.js';

/** Tokens that a tenant must be behind another one before it gets a slot of it. */
const LEAST_GAP = 1_024;
/** And so many times what the other one must evaluate again for it: to correct must cost less than what is wrong. */
const TIMES_COST = 2;

export interface Balance {
  readonly room: WaitingRoom;
  readonly running: Iterable<Ticket>;
  readonly fairness: TokenFairness;
  readonly shares: SlotShares;
}

/**
 * A running request that must give way to a tenant which waits and was served far less: long requests that came first
 * would else keep all slots from it until they end. One at a time, and only from a tenant that runs more.
 */
export function toRebalance(balance: Balance): Ticket | undefined {
  const { room, running, fairness } = balance;
  let least: string | undefined;
  for (const tenant of room.tenants()) {
    if (least === undefined || fairness.counterOf(tenant) < fairness.counterOf(least)) least = tenant;
  }
  if (least === undefined) return undefined;
  let victim: Ticket | undefined;
  for (const ticket of running) {
    if (ticket.reclaiming) return undefined;
    if (givesWay(ticket, least, balance) && (!victim || isBetter(ticket, victim, fairness))) victim = ticket;
  }
  return victim;
}

function givesWay(ticket: Ticket, waiting: string, { room, fairness, shares }: Balance): boolean {
  const { tenant, priority, promptTokens } = ticket.demand;
  if (!ticket.reclaimable || fairness.runningOf(tenant) <= fairness.runningOf(waiting) + 1) return false;
  if (!mayMove(tenant, waiting, shares)) return false;
  if (!room.lane(waiting).some((one) => one.demand.priority >= priority)) return false;
  const gap = fairness.counterOf(tenant) - fairness.counterOf(waiting);
  const cost = (promptTokens + ticket.servedOutput) / fairness.weightOf(tenant);
  return gap >= Math.max(LEAST_GAP, TIMES_COST * cost);
}

/** Within a group, or from what one borrows to who may have more; nobody loses a slot of its own. */
function mayMove(from: string, to: string, shares: SlotShares): boolean {
  if (shares.groupOf(from) === shares.groupOf(to)) return true;
  return shares.unused(from) < 0 && shares.standing(to) !== 'none';
}

/** Of the tenant that is ahead most, the one that loses least. */
function isBetter(one: Ticket, other: Ticket, fairness: TokenFairness): boolean {
  const ahead = fairness.counterOf(one.demand.tenant) - fairness.counterOf(other.demand.tenant);
  return ahead > 0 || (ahead === 0 && one.servedOutput < other.servedOutput);
}
