import { describe, expect, it } from 'vitest';
import { paramIn } from './blamed-parameter.js';

const request = JSON.stringify({ model: 'm', stop: [], temperature: 1, top_p: 2, top_k: 1, response_format: {} });

describe('paramIn', () => {
  it.each([
    ["Field 'temperature': type must be number, but is string", 'temperature'],
    ['`top_p` must be > 0.0 and < 1.0', 'top_p'],
    ['top_k must be at least 1', 'top_k'],
    ['JSON schema error at #: unrecognized type river', 'response_format'],
    ['failed to parse grammar', 'response_format'],
    ['the model will stop', undefined],
    ['xtop_k is odd', undefined],
    ['"seed" was not sent', undefined],
  ])('finds in %j %s', (message, param) => {
    expect(paramIn(message, request)).toBe(param);
  });

  it('blames nothing that was not sent', () => {
    expect(paramIn('a schema', JSON.stringify({ model: 'm' }))).toBeUndefined();
    expect(paramIn('top_p', undefined)).toBeUndefined();
  });
});
