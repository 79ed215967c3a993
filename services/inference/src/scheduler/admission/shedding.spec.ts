import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainTicket } from '../simulation/demands.js';
import { shed, type QueueBounds } from './shedding.js';
import type { SlotDemand } from './ticket.js';
import { WaitingRoom } from './waiting-room.js';

const even = () => 1;
const three: QueueBounds = { maxQueue: 3, maxQueuedTokens: 0 };

/** The last of these is the newcomer. Gives who leaves, as `id reason`. */
function leaving(demands: readonly Partial<SlotDemand>[], bounds = three, weightOf: (tenant: string) => number = even) {
  const room = new WaitingRoom();
  const tickets = demands.map((demand, index) => plainTicket(index, demand));
  for (const ticket of tickets) room.add(ticket);
  return shed(room, tickets.at(-1)!, bounds, weightOf).map(({ ticket, reason }) => `${ticket.id} ${reason}`);
}

describe('shed', () => {
  it('lets everybody stay within the bounds', () => {
    expect(leaving([{}, {}, {}])).toEqual([]);
  });

  it('refuses the newcomer of the tenant that fills the queue', () => {
    expect(leaving([{}, {}, {}, {}])).toEqual(['3 rejected-saturated']);
  });

  it('sheds the lowest sheddable one, its newest first, for a better one', () => {
    expect(leaving([{ priority: -1 }, { priority: -2 }, { priority: -2 }, {}])).toEqual(['2 evicted-priority']);
  });

  it('sheds nobody for a sheddable one of the same class', () => {
    expect(leaving([{ priority: -1 }, { priority: -1 }, {}, { priority: -1 }])).toEqual(['3 rejected-saturated']);
  });

  it('makes room for a tenant that fills less of the queue, at the cost of the newest of the one that fills most', () => {
    expect(leaving([{}, {}, {}, { tenant: 'b' }])).toEqual(['2 evicted-queue-pressure']);
    expect(leaving([{}, { tenant: 'b' }, { tenant: 'b' }, {}])).toEqual(['3 rejected-saturated']);
  });

  it('lets a tenant of more weight fill more of the queue', () => {
    const weightOf = (tenant: string) => (tenant === 'a' ? 4 : 1);
    expect(leaving([{}, {}, {}, { tenant: 'b' }], three, weightOf)).toEqual(['3 rejected-saturated']);
  });

  it('throws nobody of a higher class out, and nobody who came back', () => {
    expect(leaving([{ priority: 1 }, { priority: 1 }, { priority: 1 }, { tenant: 'b' }])).toEqual([
      '3 rejected-saturated',
    ]);
    const back = { returning: true };
    expect(leaving([back, back, back, back, {}, {}, {}])).toEqual([]);
  });

  it('bounds the prompt tokens, but lets one large prompt wait alone', () => {
    const bounds = { maxQueue: 10, maxQueuedTokens: 100 };
    expect(leaving([{ promptTokens: 500 }], bounds)).toEqual([]);
    expect(leaving([{ promptTokens: 60 }, { promptTokens: 60 }], bounds)).toEqual(['1 rejected-saturated']);
    expect(leaving([{ promptTokens: 60 }, { promptTokens: 40 }], bounds)).toEqual([]);
  });

  it('sends nobody away when that makes no room', () => {
    const bounds = { maxQueue: 10, maxQueuedTokens: 100 };
    const demands = [{ promptTokens: 60 }, { priority: -1, promptTokens: 30 }, { promptTokens: 90 }];
    expect(leaving(demands, bounds)).toEqual(['2 rejected-saturated']);
  });

  it('always ends within its bounds, and makes no more room than needed', () => {
    const demand = fc.record({
      tenant: fc.constantFrom('a', 'b', 'c'),
      priority: fc.integer({ min: -2, max: 2 }),
      promptTokens: fc.nat(60),
    });
    fc.assert(
      fc.property(fc.array(demand, { maxLength: 50 }), fc.nat(8), fc.nat(200), (demands, maxQueue, maxQueuedTokens) => {
        const room = new WaitingRoom();
        demands.forEach((one, index) => {
          const newcomer = plainTicket(index, one);
          room.add(newcomer);
          const shedded = shed(room, newcomer, { maxQueue, maxQueuedTokens }, even);
          for (const { ticket } of shedded) expect(room.remove(ticket)).toBe(true);
          if (shedded.length > 1) expect(shedded.every(({ ticket }) => ticket !== newcomer)).toBe(true);
          expect(room.size).toBeLessThanOrEqual(maxQueue);
          if (maxQueuedTokens > 0 && room.size > 1) expect(room.tokens).toBeLessThanOrEqual(maxQueuedTokens);
        });
      }),
    );
  });
});
