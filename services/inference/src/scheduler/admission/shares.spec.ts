import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainTicket } from '../simulation/demands.js';
import { toReclaim } from './reclaim.js';
import { OTHERS, SlotShares, wholeParts, type TenantShare } from './shares.js';
import type { Ticket } from './ticket.js';
import { WaitingRoom } from './waiting-room.js';

const share = (tenant: string, nominal_percent: number, borrowing_percent = 0): TenantShare => ({
  tenant,
  nominal_percent,
  borrowing_percent,
  weight: 1,
});

function take(shares: SlotShares, tenant: string, times: number): void {
  for (let index = 0; index < times; index++) shares.take(tenant);
}

function runningOf(tenants: Record<string, number>, shares: SlotShares): Ticket[] {
  const tickets = Object.entries(tenants).flatMap(([tenant, count]) =>
    Array.from({ length: count }, () => plainTicket(0, { tenant })),
  );
  return tickets.map((ticket, index) => {
    shares.take(ticket.demand.tenant);
    return Object.assign(plainTicket(index, ticket.demand), { state: 'decode', reclaimable: true, grantedAt: index });
  });
}

function waitingOf(...tenants: string[]): WaitingRoom {
  const room = new WaitingRoom();
  tenants.forEach((tenant, index) => room.add(plainTicket(100 + index, { tenant })));
  return room;
}

describe('SlotShares', () => {
  it('leaves everything to everybody without shares', () => {
    const shares = new SlotShares(3, []);
    take(shares, 'a', 2);
    expect(shares.standing('b')).toBe('own');
    take(shares, 'b', 1);
    expect(shares.use()).toEqual([{ group: OTHERS, own: 3, borrowed: 0 }]);
  });

  it('lends up to the limit and no further', () => {
    const shares = new SlotShares(8, [share('a', 25, 25)]);
    const standings = Array.from({ length: 5 }, () => {
      const standing = shares.standing('a');
      if (standing !== 'none') shares.take('a');
      return standing;
    });
    expect(standings).toEqual(['own', 'own', 'borrow', 'borrow', 'none']);
    expect(shares.use()[0]).toEqual({ group: 'a', own: 2, borrowed: 2 });
    shares.giveBack('a');
    expect(shares.standing('a')).toBe('borrow');
  });

  it('gives a share that rounds to nothing one slot that is idle', () => {
    expect(new SlotShares(4, [share('a', 1)]).standing('a')).toBe('borrow');
  });

  it('divides into whole parts that never exceed the whole and miss their share by less than one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 64 }),
        fc.array(fc.nat(100), { minLength: 1, maxLength: 9 }),
        (total, parts) => {
          const whole = wholeParts(total, parts);
          const sum = parts.reduce((all, part) => all + part, 0);
          expect(whole.reduce((all, part) => all + part, 0)).toBe(sum === 0 ? 0 : total);
          whole.forEach((part, index) => {
            if (sum > 0) expect(Math.abs(part - (total * (parts[index] ?? 0)) / sum)).toBeLessThan(1);
          });
        },
      ),
    );
  });
});

describe('toReclaim', () => {
  const halves = () => new SlotShares(4, [share('a', 50), share('b', 50, 100)]);

  it('takes back the newest of what is lent when its owner has a request waiting', () => {
    const shares = halves();
    const running = runningOf({ b: 4 }, shares);
    expect(toReclaim(waitingOf('a'), running, shares, 0)).toEqual([running[3]]);
    expect(toReclaim(waitingOf('a', 'a', 'a', 'a'), running, shares, 0)).toEqual([running[3], running[2]]);
  });

  it('takes nothing while a slot is free, nobody of the owners waits, or enough is on its way', () => {
    const shares = halves();
    const running = runningOf({ b: 4 }, shares);
    expect(toReclaim(waitingOf('a'), running, shares, 1)).toEqual([]);
    expect(toReclaim(waitingOf('b'), running, shares, 0)).toEqual([]);
    running[3]!.reclaiming = true;
    expect(toReclaim(waitingOf('a'), running, shares, 0)).toEqual([]);
  });

  it('takes nothing from who has no more than its own', () => {
    const shares = halves();
    const running = runningOf({ a: 1, b: 2 }, shares);
    take(shares, 'a', 1);
    expect(toReclaim(waitingOf('a'), running, shares, 0)).toEqual([]);
  });

  it('takes nothing that cannot be parked', () => {
    const shares = halves();
    const running = runningOf({ b: 4 }, shares).map((ticket) => Object.assign(ticket, { reclaimable: false }));
    expect(toReclaim(waitingOf('a'), running, shares, 0)).toEqual([]);
  });

  it('takes from the one that borrows most', () => {
    const shares = new SlotShares(8, [share('a', 50), share('b', 25, 100), share('c', 25, 100)]);
    const running = runningOf({ b: 5, c: 3 }, shares);
    const taken = toReclaim(waitingOf('a', 'a', 'a'), running, shares, 0).map(({ demand }) => demand.tenant);
    expect(taken).toEqual(['b', 'b', 'b']);
    const all = toReclaim(waitingOf('a', 'a', 'a', 'a'), running, shares, 0).map(({ demand }) => demand.tenant);
    expect(all.toSorted()).toEqual(['b', 'b', 'b', 'c']);
  });
});
