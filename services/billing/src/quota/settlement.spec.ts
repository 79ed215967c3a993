import { describe, expect, it } from 'vitest';
import { NOTHING } from './quantities.js';
import { closeHolds, returnHolds, settleUse, type HoldState } from './settlement.js';

const hold = (given: Partial<HoldState> = {}): HoldState => ({
  leaseId: 'lease-1',
  limitId: 'limit-1',
  windowStartMs: 0,
  dimension: 'tokens',
  held: 100n,
  settled: 0n,
  ...given,
});
const tokens = (amount: bigint) => ({ ...NOTHING, tokens: amount });

describe('settleUse', () => {
  it('moves what was used from leased to settled', () => {
    expect(settleUse(tokens(30n), [hold()], [])).toMatchObject([{ settled: 30n, released: 30n, leaseId: 'lease-1' }]);
  });

  it('counts use beyond the hold in full and releases only what was held', () => {
    expect(settleUse(tokens(30n), [hold({ held: 10n })], [])).toMatchObject([{ settled: 30n, released: 10n }]);
    expect(settleUse(tokens(30n), [hold({ held: 0n })], [])).toMatchObject([{ settled: 30n, released: 0n }]);
  });

  it('counts against limits that the lease did not know, in the window of the request', () => {
    const other = { limitId: 'new', windowStartMs: 60_000, dimension: 'tokens' } as const;
    expect(settleUse(tokens(30n), [], [other])).toEqual([{ ...other, leaseId: undefined, settled: 30n, released: 0n }]);
  });

  it('writes nothing for dimensions that were not used', () => {
    expect(settleUse(tokens(0n), [hold()], [])).toEqual([]);
  });
});

describe('returnHolds', () => {
  it('keeps what was spent and has not settled yet', () => {
    expect(returnHolds(tokens(40n), [hold({ settled: 25n, held: 75n })])).toMatchObject([
      { settled: 0n, released: 60n },
    ]);
  });

  it('gives everything back when all that was spent has settled', () => {
    expect(returnHolds(tokens(25n), [hold({ settled: 25n, held: 75n })])).toMatchObject([{ released: 75n }]);
  });

  it('cannot release more than is held, nor add to it', () => {
    expect(returnHolds(tokens(500n), [hold()])).toEqual([]);
    expect(returnHolds(tokens(0n), [hold({ settled: 500n, held: 0n })])).toEqual([]);
  });
});

describe('closeHolds', () => {
  it('gives back all that is still held', () => {
    expect(closeHolds([hold({ settled: 30n, held: 70n }), hold({ held: 0n })])).toMatchObject([{ released: 70n }]);
  });
});
