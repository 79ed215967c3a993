import { inferenceCompleted, type InferenceCompleted } from '@weir/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Price } from '../prices/price.js';
import { chargeOf, isBillable, priceToCharge } from './charge.js';

const price = (given: Partial<Price> = {}): Price => ({
  id: 'price-1',
  model: 'smollm2',
  inputPerMillion: 150_000_000_000n,
  cachedInputPerMillion: 75_000_000_000n,
  outputPerMillion: 600_000_000_000n,
  validFromMs: 1_000,
  validToMs: undefined,
  source: 'price list',
  ...given,
});

const completed = (given: Partial<InferenceCompleted> = {}): InferenceCompleted =>
  inferenceCompleted.data.parse({
    request_id: 'request-1',
    organization_id: 'org-1',
    project_id: 'project-1',
    api_key_id: 'key-1',
    operation_name: 'chat',
    door: 'http',
    request_model: 'smollm2',
    response_model: 'smollm2',
    stream: false,
    outcome: 'ok',
    finish_reasons: ['stop'],
    input_tokens: 1_000,
    cached_input_tokens: 200,
    output_tokens: 100,
    price_id: 'price-1',
    cost_usd: '0.000195',
    started_at: 5_000,
    ended_at: 6_000,
    duration_ms: 1_000,
    stages_ms: {},
    ...given,
  });

describe('chargeOf', () => {
  it('charges 800 fresh, 200 cached and 100 output tokens at their prices', () => {
    const { charge, mismatch } = chargeOf({ id: 'event-1', data: completed() }, price(), 7_000);
    expect(charge.amount).toBe(195_000_000n);
    expect(charge).toMatchObject({
      id: 'event-1',
      requestId: 'request-1',
      priceId: 'price-1',
      startedMs: 5_000,
      chargedMs: 7_000,
    });
    expect(mismatch).toBeUndefined();
  });

  it('compares as numbers, not as text, and trusts the tokens over the stated cost', () => {
    expect(chargeOf({ id: 'e', data: completed({ cost_usd: '0.00019500' }) }, price(), 0).mismatch).toBeUndefined();
    const { charge, mismatch } = chargeOf({ id: 'e', data: completed({ cost_usd: '0' }) }, price(), 0);
    expect([charge.amount, mismatch]).toEqual([195_000_000n, 'amount']);
  });

  it('refuses more cached than input tokens', () => {
    const data = completed({ input_tokens: 1, cached_input_tokens: 2 });
    expect(() => chargeOf({ id: 'e', data }, price(), 0)).toThrow(expect.objectContaining({ code: 'invalid_event' }));
  });

  it('balances: the entries of any charge sum to zero and the debit is the amount', () => {
    const tokens = fc.nat(10_000_000);
    const perMillion = fc.bigInt({ min: 0n, max: 10n ** 15n });
    fc.assert(
      fc.property(tokens, tokens, tokens, perMillion, perMillion, (input, cached, output, inputPrice, outputPrice) => {
        const data = completed({ input_tokens: input + cached, cached_input_tokens: cached, output_tokens: output });
        const at = price({ inputPerMillion: inputPrice, outputPerMillion: outputPrice });
        const { charge } = chargeOf({ id: 'e', data }, at, 0);
        expect(charge.entries.reduce((sum, entry) => sum + entry.amount, 0n)).toBe(0n);
        expect(charge.entries[0]?.amount).toBe(charge.amount);
        expect(charge.amount).toBeGreaterThanOrEqual(0n);
      }),
    );
  });
});

describe('priceToCharge', () => {
  it('takes the price that the router named while it was in force', () => {
    expect(priceToCharge(completed(), [price()], 100)).toEqual({ price: price(), mismatch: undefined });
  });

  it('honours the old price for as long as a change takes to reach every router', () => {
    const old = price({ validToMs: 4_950 });
    const now = price({ id: 'price-2', validFromMs: 4_950 });
    expect(priceToCharge(completed(), [old, now], 100)).toEqual({ price: old, mismatch: undefined });
    expect(priceToCharge(completed(), [old, now], 10)).toEqual({ price: now, mismatch: 'price_not_in_force' });
  });

  it.each([
    ['an id that nobody knows', { price_id: 'other' }, [price()], 'price_unknown'],
    ['no price id', { price_id: undefined }, [price()], 'price_unknown'],
    ['a time at which no price was in force', {}, [price({ validToMs: 2_000 })], 'price_unknown'],
    ['the price of another model', {}, [price({ model: 'other' })], 'invalid_event'],
  ])('never falls back to zero: %s', (_, given, prices, code) => {
    expect(() => priceToCharge(completed(given), prices, 100)).toThrow(expect.objectContaining({ code }));
  });
});

describe('isBillable', () => {
  it('is every request with tokens, however it ended', () => {
    expect(isBillable(completed({ outcome: 'cancelled', input_tokens: 0, cached_input_tokens: 0 }))).toBe(true);
    expect(
      isBillable(completed({ outcome: 'blocked', input_tokens: 0, cached_input_tokens: 0, output_tokens: 0 })),
    ).toBe(false);
  });
});
