import { describe, expect, it } from 'vitest';
import { plainTicket } from '../simulation/demands.js';
import { tooLate, type Forecast } from './deadline.js';
import type { SlotDemand } from './ticket.js';
import { WaitingRoom } from './waiting-room.js';

/** A prompt token takes a millisecond, an answer of ten tokens a hundred. */
const forecast = (more: Partial<Forecast> = {}): Forecast => ({
  now: 1_000,
  maxWaitMs: 60_000,
  standing: () => 'own',
  key: () => 0,
  weightOf: () => 1,
  workMs: ({ demand }) => demand.promptTokens + 100,
  prefillMs: ({ demand }) => demand.promptTokens,
  tokenMs: 10,
  ...more,
});

function late(demands: readonly Partial<SlotDemand>[], how = forecast()): number[] {
  const room = new WaitingRoom();
  demands.forEach((demand, index) => room.add(plainTicket(index, demand)));
  return tooLate(room, how).map(({ id }) => id);
}

describe('tooLate', () => {
  it('finds who cannot get a first token in time behind those before it', () => {
    expect(late([{}, {}, { deadline: 1_229 }])).toEqual([2]);
    expect(late([{}, {}, { deadline: 1_230 }])).toEqual([]);
  });

  it('finds a prompt that alone takes too long', () => {
    expect(late([{ promptTokens: 500, deadline: 1_499 }])).toEqual([0]);
  });

  it('does not count those who are too late against those behind them', () => {
    expect(late([{ promptTokens: 900, deadline: 1_100 }, { deadline: 1_010 }])).toEqual([0]);
  });

  it('counts only what is served before it: the queue of a greedy tenant does not make another one late', () => {
    const greedy = Array.from({ length: 20 }, () => ({ tenant: 'greedy' }));
    expect(late([...greedy, { tenant: 'b', deadline: 1_200 }])).toEqual([]);
    const behind = forecast({ key: (tenant) => (tenant === 'b' ? 100 : 0) });
    expect(late([...greedy, { tenant: 'b', deadline: 1_200 }], behind)).toEqual([20]);
  });

  it('counts higher classes, and those below their share, before everything else', () => {
    const others = Array.from({ length: 5 }, () => ({ tenant: 'b', priority: 1 }));
    expect(late([{ deadline: 1_200 }, ...others])).toEqual([0]);
    const owner = forecast({ standing: (tenant) => (tenant === 'a' ? 'own' : 'borrow') });
    expect(late([{ deadline: 1_200 }, ...others], owner)).toEqual([]);
  });
});
