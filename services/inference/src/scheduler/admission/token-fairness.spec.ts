import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainTicket } from '../simulation/demands.js';
import type { Ticket } from './ticket.js';
import { TokenFairness } from './token-fairness.js';

const even = () => new TokenFairness(new Map());

function running(fairness: TokenFairness, ticket: Ticket): Ticket {
  ticket.state = 'prefill';
  fairness.grant(ticket);
  return ticket;
}

function serve(fairness: TokenFairness, ticket: Ticket, prompt: number, output: number): void {
  const { promptLeft } = ticket;
  ticket.servedPrompt += prompt;
  if (output > 0) ticket.state = 'decode';
  fairness.serve(ticket, { prompt, output }, promptLeft);
}

describe('TokenFairness', () => {
  it('puts the tenant first that was served fewer tokens', () => {
    const fairness = even();
    const a = running(fairness, plainTicket(1, { tenant: 'a' }));
    const b = running(fairness, plainTicket(2, { tenant: 'b' }));
    serve(fairness, a, 10, 5);
    serve(fairness, b, 10, 4);
    expect(fairness.keyOf('b')).toBeLessThan(fairness.keyOf('a'));
  });

  it('counts a prompt from the grant on, and once', () => {
    const fairness = even();
    const ticket = running(fairness, plainTicket(1, { promptTokens: 500 }));
    const granted = fairness.keyOf('a');
    serve(fairness, ticket, 200, 0);
    expect(fairness.keyOf('a')).toBe(granted);
    serve(fairness, ticket, 310, 1);
    expect(fairness.keyOf('a')).toBe(granted + 11);
  });

  it('gives back nothing but the slot when a request ends', () => {
    const fairness = even();
    const ticket = running(fairness, plainTicket(1));
    serve(fairness, ticket, 10, 90);
    fairness.release('a', ticket.promptLeft);
    expect(fairness.keyOf('a')).toBe(100);
  });

  it('serves a tenant of the weight 3 three times as much before it is level', () => {
    const fairness = new TokenFairness(new Map([['a', 3]]));
    serve(fairness, running(fairness, plainTicket(1, { tenant: 'a', promptTokens: 0 })), 0, 300);
    serve(fairness, running(fairness, plainTicket(2, { tenant: 'b', promptTokens: 0 })), 0, 100);
    fairness.release('a', 0);
    fairness.release('b', 0);
    expect(fairness.keyOf('a')).toBe(fairness.keyOf('b'));
  });

  it('lifts who comes back to the least of those who wait: idleness gives no credit', () => {
    const fairness = even();
    serve(fairness, running(fairness, plainTicket(1, { tenant: 'b', promptTokens: 0 })), 0, 1_000);
    serve(fairness, running(fairness, plainTicket(2, { tenant: 'c', promptTokens: 0 })), 0, 700);
    fairness.release('b', 0);
    fairness.release('c', 0);
    fairness.activate('a', ['b', 'c']);
    expect(fairness.keyOf('a')).toBe(700);
  });

  it('lifts who comes back to an engine without a queue to the tenant that was served last', () => {
    const fairness = even();
    serve(fairness, running(fairness, plainTicket(1, { tenant: 'b', promptTokens: 0 })), 0, 1_000);
    running(fairness, plainTicket(2, { tenant: 'b' }));
    fairness.activate('a', []);
    expect(fairness.keyOf('a')).toBe(1_000);
  });

  it('lets who has requests running be behind by some tokens when its queue was only just empty', () => {
    const fairness = even();
    serve(fairness, running(fairness, plainTicket(1, { tenant: 'b', promptTokens: 0 })), 0, 5_000);
    fairness.release('b', 0);
    running(fairness, plainTicket(2, { tenant: 'a', promptTokens: 0 }));
    fairness.activate('a', ['b']);
    fairness.release('a', 0);
    expect(fairness.keyOf('a')).toBe(5_000 - 1_024);
  });

  it('never lowers a counter', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(500))), (work) => {
        const fairness = even();
        const counters = new Map<string, number>();
        for (const [index, [tenant, tokens]] of work.entries()) {
          fairness.activate(tenant, ['a', 'b', 'c']);
          const ticket = running(fairness, plainTicket(index, { tenant, promptTokens: 0 }));
          serve(fairness, ticket, 0, tokens);
          fairness.release(tenant, 0);
          expect(fairness.keyOf(tenant)).toBeGreaterThanOrEqual(counters.get(tenant) ?? 0);
          counters.set(tenant, fairness.keyOf(tenant));
        }
      }),
    );
  });

  it('forgets tenants without work, but not those who are ahead or have work', () => {
    const fairness = even();
    serve(fairness, running(fairness, plainTicket(1, { tenant: 'ahead', promptTokens: 0 })), 0, 1_000);
    fairness.release('ahead', 0);
    running(fairness, plainTicket(2, { tenant: 'runs' }));
    for (let index = 0; index < 100; index++) fairness.activate(`idle-${index}`, []);
    expect(fairness.size).toBe(102);
    fairness.tidy((tenant) => tenant === 'idle-7');
    expect(fairness.size).toBe(3);
    fairness.reset();
    expect(fairness.size).toBe(0);
  });
});
