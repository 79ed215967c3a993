import { describe, expect, it } from 'vitest';
import { readLimit, writeLimit } from './limit.js';

const message = { id: '', scope: 'project', scopeId: 'p-1', dimension: 'money', window: 'month', amount: '100.5' };

describe('readLimit', () => {
  it('reads money as pico-USD and counts as they are, and writes them back the same', () => {
    const money = readLimit(message);
    expect(money).toMatchObject({ scope: 'project', scopeId: 'p-1', window: 'month', amount: 100_500_000_000_000n });
    expect(writeLimit({ ...money, id: 'l-1' })).toEqual({ ...message, id: 'l-1' });
    expect(readLimit({ ...message, dimension: 'tokens', amount: '400000' }).amount).toBe(400_000n);
    expect(readLimit({ ...message, amount: '0' }).amount).toBe(0n);
  });

  it.each([
    [{ scope: 'galaxy' }, 'limit.scope'],
    [{ scopeId: '' }, 'limit.scope_id'],
    [{ dimension: 'joules' }, 'limit.dimension'],
    [{ window: 'week' }, 'limit.window'],
    [{ amount: '-1' }, 'limit.amount'],
    [{ amount: '1e9' }, 'limit.amount'],
    [{ amount: '' }, 'limit.amount'],
    [{ amount: '0.0000000000001' }, 'limit.amount'],
    [{ dimension: 'requests', amount: '1.5' }, 'limit.amount'],
    [{ dimension: 'tokens', amount: '9007199254740992' }, 'limit.amount'],
  ])('refuses %o', (given, param) => {
    expect(() => readLimit({ ...message, ...given })).toThrow(
      expect.objectContaining({ code: 'invalid_request', param }),
    );
  });

  it('refuses nothing at all', () => {
    expect(() => readLimit(undefined)).toThrow(expect.objectContaining({ param: 'limit.scope' }));
  });
});
