import type { billingV1 } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { PriceBook } from './price-book.js';

const price = (extra: Partial<billingV1.Price>): billingV1.Price => ({
  id: 'p1',
  model: 'm',
  inputUsdPerMillion: '1.5',
  cachedInputUsdPerMillion: '0.5',
  outputUsdPerMillion: '2',
  validFromMs: 100,
  validToMs: 0,
  source: 'test',
  ...extra,
});
const known = (...prices: billingV1.Price[]) => {
  const book = new PriceBook();
  book.beginSnapshot();
  book.apply({ prices, complete: true }, 0);
  return book;
};

describe('PriceBook', () => {
  it('finds the price in force, to the millisecond', () => {
    const book = known(price({ validToMs: 200 }), price({ id: 'p2', validFromMs: 200, inputUsdPerMillion: '3' }));
    expect(book.priceOf('m', 99)).toBeUndefined();
    expect(book.priceOf('m', 100)).toMatchObject({ id: 'p1', price: { inputPerMillion: 1_500_000_000_000n } });
    expect(book.priceOf('m', 199)?.id).toBe('p1');
    expect(book.priceOf('m', 200)?.id).toBe('p2');
    expect(book.priceOf('other', 200)).toBeUndefined();
    expect(known(price({ validToMs: 200 })).priceOf('m', 200)).toBeUndefined();
  });

  it('takes changes of a price that it knows', () => {
    const book = known(price({}));
    book.apply({ prices: [price({ validToMs: 150 }), price({ id: 'p2', validFromMs: 150 })], complete: false }, 0);
    expect(book.priceOf('m', 149)?.id).toBe('p1');
    expect(book.priceOf('m', 150)?.id).toBe('p2');
  });

  it('keeps the last known prices until a new watch is complete', () => {
    const book = known(price({}));
    book.beginSnapshot();
    book.apply({ prices: [price({ id: 'p9', model: 'n' })], complete: false }, 0);
    expect(book.priceOf('m', 100)?.id).toBe('p1');
    book.apply({ prices: [], complete: true }, 0);
    expect(book.priceOf('m', 100)).toBeUndefined();
    expect(book.priceOf('n', 100)?.id).toBe('p9');
  });

  it.each(['', 'free', '-1', '1e3', '1.0000000000001'])('leaves out a price of %o: unknown is never zero', (text) => {
    const book = new PriceBook();
    book.beginSnapshot();
    expect(book.apply({ prices: [price({ outputUsdPerMillion: text })], complete: true }, 0)).toEqual(['p1']);
    expect(book.priceOf('m', 100)).toBeUndefined();
    expect(book.complete).toBe(true);
  });

  it('prices cached input like input when billing has no price of its own for it', () => {
    const found = known(price({ cachedInputUsdPerMillion: '' })).priceOf('m', 100);
    expect(found?.price.cachedInputPerMillion).toBe(1_500_000_000_000n);
  });
});
