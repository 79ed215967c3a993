import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginningFrom, isInForce, placePrice, type NewPrice, type Price } from './price.js';

const NOW = 1_000_000;

const terms = (given: Partial<NewPrice> = {}): NewPrice => ({
  model: 'smollm2',
  inputPerMillion: 10n,
  cachedInputPerMillion: 5n,
  outputPerMillion: 20n,
  validFromMs: NOW,
  validToMs: undefined,
  source: 'price list',
  ...given,
});
const price = (given: Partial<Price> = {}): Price => ({ ...terms(), validFromMs: 0, id: 'price-1', ...given });

describe('placePrice', () => {
  it('takes the first price of a model as it is, also one that began before', () => {
    expect(placePrice([], terms({ validFromMs: 5 }), NOW)).toEqual({
      outcome: 'placed',
      validToMs: undefined,
      closing: undefined,
    });
  });

  it('ends the price in force where the new one begins', () => {
    const old = price();
    expect(placePrice([old], terms({ outputPerMillion: 30n }), NOW)).toEqual({
      outcome: 'placed',
      validToMs: undefined,
      closing: old,
    });
  });

  it('ends an open new price where a later one begins', () => {
    const later = price({ id: 'later', validFromMs: NOW + 50 });
    expect(placePrice([later], terms({ outputPerMillion: 30n }), NOW)).toMatchObject({
      outcome: 'placed',
      validToMs: NOW + 50,
    });
  });

  it('changes nothing when the same terms are in force', () => {
    const old = price();
    expect(placePrice([old], terms(), NOW)).toEqual({ outcome: 'present', price: old });
    expect(placePrice([old], terms({ source: 'contract' }), NOW)).toMatchObject({ outcome: 'placed' });
  });

  it.each([
    ['an end before the beginning', [], { validToMs: NOW }, 'price.valid_to_ms'],
    ['a change of the past', [price()], { validFromMs: NOW - 1, outputPerMillion: 1n }, 'price.valid_from_ms'],
    ['two beginnings at one instant', [price({ validFromMs: NOW })], { outputPerMillion: 1n }, 'price.valid_from_ms'],
    ['an overlap with the next price', [price({ validFromMs: NOW + 9 })], { validToMs: NOW + 10 }, 'price.valid_to_ms'],
  ])('refuses %s', (_, existing, given, param) => {
    expect(placePrice(existing, terms(given), NOW)).toMatchObject({ outcome: 'refused', param });
  });

  it('keeps at most one price in force at every instant, whatever is put in whatever order', () => {
    const put = fc.record({
      from: fc.nat(100),
      length: fc.option(fc.integer({ min: -5, max: 40 })),
      output: fc.bigInt({ min: 0n, max: 3n }),
    });
    fc.assert(
      fc.property(fc.array(put, { maxLength: 30 }), (puts) => {
        let prices: Price[] = [];
        puts.forEach(({ from, length, output }, index) => {
          const given = terms({
            validFromMs: from,
            validToMs: length === null ? undefined : from + length,
            outputPerMillion: output,
          });
          const placement = placePrice(prices, given, 0);
          if (placement.outcome !== 'placed') return;
          prices = prices.map((each) => (each.id === placement.closing?.id ? { ...each, validToMs: from } : each));
          prices.push({ ...given, id: `p${index}`, validToMs: placement.validToMs });
        });
        for (let at = 0; at < 160; at++) expect(prices.filter((each) => isInForce(each, at)).length).toBeLessThan(2);
      }),
    );
  });
});

describe('beginningFrom', () => {
  it('is now, or the next instant at which no other price begins', () => {
    expect(beginningFrom([], NOW)).toBe(NOW);
    expect(beginningFrom([price({ validFromMs: NOW }), price({ validFromMs: NOW + 1 })], NOW)).toBe(NOW + 2);
  });
});
