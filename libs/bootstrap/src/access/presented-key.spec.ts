import { describe, expect, it } from 'vitest';
import { presentedKey } from './presented-key.js';

describe('the key that a request shows', () => {
  it.each([
    ['Bearer weir_a', 'weir_a'],
    ['bearer   weir_a ', 'weir_a'],
    ['Basic weir_a', undefined],
    ['Bearer ', undefined],
    ['Bearerweir_a', undefined],
    [undefined, undefined],
  ])('comes from the authorization %j', (authorization, key) => {
    expect(presentedKey({ authorization })).toBe(key);
  });

  it('comes from another header only where the route names it', () => {
    const headers = { 'api-key': ' weir_b ', 'x-api-key': 'weir_c' };
    expect(presentedKey(headers)).toBeUndefined();
    expect(presentedKey(headers, ['ocp-apim-subscription-key', 'api-key'])).toBe('weir_b');
    expect(presentedKey(headers, ['x-api-key', 'api-key'])).toBe('weir_c');
    expect(presentedKey({ 'api-key': '  ' }, ['api-key'])).toBeUndefined();
  });

  it('is the bearer token where there are both, but not another scheme', () => {
    const keyHeaders = ['api-key'];
    expect(presentedKey({ authorization: 'Bearer weir_a', 'api-key': 'weir_b' }, keyHeaders)).toBe('weir_a');
    expect(presentedKey({ authorization: 'Basic eDp5', 'api-key': 'weir_b' }, keyHeaders)).toBe('weir_b');
  });
});
