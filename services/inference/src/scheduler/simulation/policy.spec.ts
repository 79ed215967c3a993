import { describe, expect, it } from 'vitest';
import { plainDemand } from './demands.js';
import { jain, missOf, worstWaitMs, type Findings } from './findings.js';
import { PlainPolicy } from './policy.js';
import { play, unevenTenants } from './scenarios.js';

const policy = (order: 'fifo' | 'turns', maxQueue = 9) =>
  new PlainPolicy({ slots: 1, maxQueue, maxWaitMs: 1_000, order });

/** Tenants in the order in which they get the slot. */
function served(target: PlainPolicy, tenants: readonly string[]): string[] {
  let { ticket } = target.submit(plainDemand({ tenant: 'first' }), 0);
  for (const tenant of tenants) target.submit(plainDemand({ tenant }), 0);
  const order: string[] = [];
  for (let now = 1; target.waitingCount > 0; now++) {
    const [next] = target.release(ticket, now);
    if (!next) break;
    ticket = next.ticket;
    order.push(ticket.demand.tenant);
  }
  return order;
}

describe('PlainPolicy', () => {
  it('serves in the order of arrival, or by turns', () => {
    expect(served(policy('fifo'), ['a', 'a', 'b', 'a'])).toEqual(['a', 'a', 'b', 'a']);
    expect(served(policy('turns'), ['a', 'a', 'b', 'a'])).toEqual(['a', 'b', 'a', 'a']);
  });

  it('refuses over its bound, ends who waits too long, and lets leave who wants', () => {
    const target = policy('fifo', 1);
    target.submit(plainDemand(), 0);
    const waiting = target.submit(plainDemand(), 0);
    expect(target.submit(plainDemand(), 0).outcomes).toMatchObject([
      { kind: 'dropped', refusal: { reason: 'rejected-saturated' } },
    ]);
    expect(target.sweep(999)).toEqual([]);
    expect(target.sweep(1_000)).toMatchObject([{ ticket: waiting.ticket, refusal: { cause: 'waited' } }]);
    const { ticket } = target.submit(plainDemand(), 1_000);
    target.leave(ticket);
    expect([target.runningCount, target.waitingCount, ticket.state]).toEqual([1, 0, 'cancelled']);
  });

  it('promises by the times of its last ends', () => {
    const target = policy('fifo');
    expect(target.retryAfterMs(0)).toBe(1_000);
    let { ticket } = target.submit(plainDemand(), 0);
    for (let index = 0; index < 4; index++) target.submit(plainDemand(), 0);
    for (const now of [100, 500, 900]) {
      const [next] = target.release(ticket, now);
      if (next) ticket = next.ticket;
    }
    expect([target.waitingCount, target.retryAfterMs(900)]).toEqual([1, 800]);
  });
});

describe('findings', () => {
  it('are the index of Jain, the part that a promise missed, and the longest wait', () => {
    expect([jain([5, 5, 5]), jain([9, 0, 0]), jain([])]).toEqual([1, 1 / 3, 1]);
    expect([missOf({ promisedMs: 800, actualMs: 1_000 }), missOf({ promisedMs: 1_500, actualMs: 1_000 })]).toEqual([
      0.2, 0.5,
    ]);
    const waits: Pick<Findings, 'waitMs'> = {
      waitMs: new Map([
        ['a', [1, 7]],
        ['b', [5]],
      ]),
    };
    expect(worstWaitMs(waits as Findings)).toBe(7);
  });

  it('are the same requests for every policy', () => {
    const short = { ...unevenTenants(), untilMs: 3_000 };
    expect(play(short, 'fifo', 4).submitted).toBe(play(short, 'turns', 4).submitted);
  });
});
