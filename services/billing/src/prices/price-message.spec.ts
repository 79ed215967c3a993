import { billingV1 } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { readPrice, writePrice } from './price-message.js';

const message = billingV1.Price.fromPartial({
  model: 'smollm2',
  inputUsdPerMillion: '0.15',
  cachedInputUsdPerMillion: '0.075',
  outputUsdPerMillion: '0.6',
  source: 'price list',
});

describe('readPrice', () => {
  it('reads a price from now on, and writes it back the same', () => {
    const order = readPrice(message);
    expect(order).toMatchObject({ inputPerMillion: 150_000_000_000n, validFromMs: undefined, validToMs: undefined });
    expect(writePrice({ ...order, id: 'p-1', validFromMs: 7 })).toEqual({
      ...message,
      id: 'p-1',
      validFromMs: 7,
      validToMs: 0,
    });
  });

  it('prices cached input like input where nothing is said', () => {
    expect(readPrice({ ...message, cachedInputUsdPerMillion: '' }).cachedInputPerMillion).toBe(150_000_000_000n);
  });

  it.each([
    [{ id: 'mine' }, 'price.id'],
    [{ model: '' }, 'price.model'],
    [{ model: 'x'.repeat(201) }, 'price.model'],
    [{ inputUsdPerMillion: '' }, 'price.input_usd_per_million'],
    [{ inputUsdPerMillion: '1e-6' }, 'price.input_usd_per_million'],
    [{ outputUsdPerMillion: '-1' }, 'price.output_usd_per_million'],
    [{ outputUsdPerMillion: '1000000001' }, 'price.output_usd_per_million'],
    [{ validFromMs: -1 }, 'price.valid_from_ms'],
    [{ validToMs: 1.5 }, 'price.valid_to_ms'],
    [{ source: '' }, 'price.source'],
  ])('refuses %o', (given, param) => {
    expect(() => readPrice({ ...message, ...given })).toThrow(
      expect.objectContaining({ code: 'invalid_request', param }),
    );
  });

  it('refuses nothing at all', () => {
    expect(() => readPrice(undefined)).toThrow(expect.objectContaining({ param: 'price' }));
  });
});
