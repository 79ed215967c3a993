import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, sha256Of } from './canonical-json.js';

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, field]) => [key, shuffled(field)]),
  );
};

describe('canonicalJson', () => {
  it('orders keys at every level and leaves absent fields out', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 'x' }], a: undefined, '': null })).toBe('{"":null,"b":[{"c":"x","d":1}]}');
  });

  it('is the same for the same value and reads back as it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('tells different values apart', () => {
    expect(sha256Of({ a: 1 })).not.toBe(sha256Of({ a: '1' }));
    expect(sha256Of({ a: 1, b: 2 })).toBe(sha256Of({ b: 2, a: 1 }));
  });

  it('refuses what is nested too deep, without running out of stack', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as unknown;
    expect(() => canonicalJson(deep)).toThrow(expect.objectContaining({ code: 'invalid_configuration' }));
  });
});
