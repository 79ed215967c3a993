import { describe, expect, it } from 'vitest';
import { Demand } from './demand.js';

const need = { requests: 1, tokens: 100, money: 7n };

describe('Demand', () => {
  it('wants several requests like the first', () => {
    expect(new Demand().wanted(need)).toEqual({ requests: 8, tokens: 800, money: 56n });
  });

  it('wants what the last seconds used, and forgets what was long ago', () => {
    const demand = new Demand();
    for (let at = 0; at < 10_000; at += 10) demand.note(need, at);
    const busy = demand.wanted(need);
    expect(busy.requests).toBeGreaterThan(500);
    expect(busy.requests).toBeLessThan(1_000);
    expect(busy.tokens).toBeGreaterThan(50_000);
    expect(busy.money).toBeGreaterThan(3_500n);
    demand.note(need, 120_000);
    expect(demand.wanted(need)).toEqual({ requests: 8, tokens: 800, money: 56n });
  });
});
