import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainTicket } from '../simulation/demands.js';
import { QueueOrder, type Ranking } from './queue-order.js';
import type { SlotDemand, Ticket } from './ticket.js';
import { WaitingRoom } from './waiting-room.js';

const ranking = (more: Partial<Ranking> = {}): Ranking => ({
  now: 0,
  maxWaitMs: 60_000,
  standing: () => 'own',
  key: () => 0,
  ...more,
});

function roomOf(demands: readonly Partial<SlotDemand>[]): { room: WaitingRoom; tickets: Ticket[] } {
  const room = new WaitingRoom();
  const tickets = demands.map((demand, index) => plainTicket(index, demand));
  for (const ticket of tickets) room.add(ticket);
  return { room, tickets };
}

/** Indexes in the order in which they are served. */
function order(room: WaitingRoom, how: Ranking = ranking()): number[] {
  const queue = new QueueOrder();
  const served: number[] = [];
  for (let ticket = queue.next(room, how); ticket; ticket = queue.next(room, how)) {
    room.remove(ticket);
    served.push(ticket.id);
  }
  return served;
}

describe('QueueOrder', () => {
  it('serves higher classes first, and first come, first served within a class of a tenant', () => {
    const { room } = roomOf([{ priority: -1 }, {}, { priority: 2 }, {}, { priority: 2 }]);
    expect(order(room)).toEqual([2, 4, 1, 3, 0]);
  });

  it('serves the tenant with the fewest tokens within a class', () => {
    const { room } = roomOf([{ tenant: 'a' }, { tenant: 'b' }, { tenant: 'a', priority: 1 }]);
    expect(order(room, ranking({ key: (tenant) => (tenant === 'a' ? 9 : 3) }))).toEqual([2, 1, 0]);
  });

  it('serves the earliest wanted first token of a tenant, and what nobody wants early by its age', () => {
    const { room } = roomOf([{}, { ttftDeadline: 900 }, { ttftDeadline: 500 }]);
    expect(order(room)).toEqual([2, 1, 0]);
  });

  it('gives no precedence for a wanted time that has passed', () => {
    const { room } = roomOf([{}, { ttftDeadline: 500 }]);
    expect(order(room, ranking({ now: 501 }))).toEqual([0, 1]);
  });

  it('lets wanted times never starve a request without one', () => {
    const room = new WaitingRoom();
    room.add(plainTicket(0));
    room.add(plainTicket(1, { ttftDeadline: 61_000 }, 59_000));
    expect(order(room)).toEqual([0, 1]);
  });

  it('serves who is below its share before who borrows, and nobody who has all that it may', () => {
    const { room } = roomOf([
      { tenant: 'borrower', priority: 5 },
      { tenant: 'owner', priority: -1 },
      { tenant: 'full', returning: true },
    ]);
    const standings = { borrower: 'borrow', owner: 'own', full: 'none' } as const;
    const standing = (tenant: string) => standings[tenant as keyof typeof standings];
    expect(order(room, ranking({ standing }))).toEqual([1, 0]);
    expect(room.size).toBe(1);
  });

  it('serves who comes back before the others of its tenant, but not before another tenant that was served less', () => {
    const { room } = roomOf([{ priority: 3 }, { returning: true }, { tenant: 'b' }]);
    expect(order(room, ranking({ key: (tenant) => (tenant === 'a' ? 9 : 3) }))).toEqual([2, 1, 0]);
  });

  it('lets a lower class through after seven of a higher one passed it, but never a sheddable one', () => {
    const high = Array.from({ length: 20 }, () => ({ tenant: 'high', priority: 1 }));
    const { room } = roomOf([{ tenant: 'low' }, { tenant: 'shed', priority: -1 }, ...high]);
    const served = order(room, ranking({ key: (tenant) => (tenant === 'high' ? 1 : 0) }));
    expect(served.indexOf(0)).toBe(7);
    expect(served.at(-1)).toBe(1);
  });

  it('serves everybody once, whatever they ask for', () => {
    const demand = fc.record({
      tenant: fc.constantFrom('a', 'b', 'c'),
      priority: fc.integer({ min: -2, max: 2 }),
      ttftDeadline: fc.option(fc.nat(1_000), { nil: undefined }),
      returning: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(demand, { maxLength: 40 }), fc.nat(1_000), (demands, now) => {
        const { room, tickets } = roomOf(demands);
        expect(order(room, ranking({ now })).toSorted((a, b) => a - b)).toEqual(tickets.map(({ id }) => id));
        expect([room.size, room.tokens, [...room.tenants()].length]).toEqual([0, 0, 0]);
      }),
    );
  });
});
