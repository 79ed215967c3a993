import { describe, expect, it } from 'vitest';
import { plainTicket } from '../simulation/demands.js';
import { toRebalance } from './rebalance.js';
import { SlotShares, type TenantShare } from './shares.js';
import type { SlotDemand, Ticket } from './ticket.js';
import { TokenFairness } from './token-fairness.js';
import { WaitingRoom } from './waiting-room.js';

interface Setting {
  /** Tokens that each running request of `heavy` was served. */
  readonly served: readonly number[];
  readonly running?: Partial<SlotDemand>;
  readonly waiting?: Partial<SlotDemand>;
  readonly shares?: readonly TenantShare[];
  /** Slots that `light` has already. */
  readonly lightRuns?: number;
}

/** Slots that all run; `heavy` was served these tokens and `light` waits. */
function balance({ served, running = {}, waiting = {}, shares = [], lightRuns = 0 }: Setting) {
  const slots = new SlotShares(served.length + lightRuns, shares);
  const fairness = new TokenFairness(new Map());
  const tickets: Ticket[] = [];
  const run = (tenant: string, tokens: number) => {
    const ticket = plainTicket(tickets.length, { tenant, promptTokens: 0, ...running });
    Object.assign(ticket, { state: 'decode', reclaimable: true });
    fairness.grant(ticket);
    slots.take(tenant);
    ticket.servedOutput = tokens;
    fairness.serve(ticket, { prompt: 0, output: tokens }, ticket.promptLeft);
    tickets.push(ticket);
  };
  for (const tokens of served) run('heavy', tokens);
  for (let index = 0; index < lightRuns; index++) run('light', 0);
  const room = new WaitingRoom();
  room.add(plainTicket(99, { tenant: 'light', ...waiting }));
  return { room, running: tickets, fairness, shares: slots };
}

describe('toRebalance', () => {
  it('takes the request that loses least from a tenant that is far ahead', () => {
    const all = balance({ served: [700, 200, 400] });
    expect(toRebalance(all)).toBe(all.running[1]);
  });

  it('takes nothing for a small difference', () => {
    expect(toRebalance(balance({ served: [400, 300, 300] }))).toBeUndefined();
  });

  it('takes nothing where to evaluate it again costs more than half of the difference', () => {
    expect(toRebalance(balance({ served: [700, 700], running: { promptTokens: 10 } }))).toBeUndefined();
    expect(toRebalance(balance({ served: [700, 690], running: { promptTokens: 5 } }))).toBeDefined();
  });

  it('takes one at a time', () => {
    const all = balance({ served: [700, 200, 400] });
    all.running[0]!.reclaiming = true;
    expect(toRebalance(all)).toBeUndefined();
  });

  it('takes nothing from who runs no more than one request more, and nothing that cannot be parked', () => {
    expect(toRebalance(balance({ served: [900, 200], lightRuns: 1 }))).toBeUndefined();
    const fixed = balance({ served: [700, 200, 400] });
    for (const ticket of fixed.running) ticket.reclaimable = false;
    expect(toRebalance(fixed)).toBeUndefined();
  });

  it('takes nothing from a higher class', () => {
    expect(toRebalance(balance({ served: [700, 200, 400], running: { priority: 1 } }))).toBeUndefined();
  });

  it('takes no slot of its own from a tenant that has a share', () => {
    const share = { tenant: 'heavy', nominal_percent: 100, borrowing_percent: 0, weight: 1 };
    expect(toRebalance(balance({ served: [700, 200, 400], shares: [share] }))).toBeUndefined();
    const borrower = { tenant: 'heavy', nominal_percent: 34, borrowing_percent: 100, weight: 1 };
    expect(toRebalance(balance({ served: [700, 200, 400], shares: [borrower] }))).toBeDefined();
  });
});
