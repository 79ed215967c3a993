import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areEqual, deriveKey, macOf, seal, unseal } from './sealing.js';

const key = deriveKey('secret', 'test');

describe('sealing', () => {
  it('opens what it sealed, and never twice the same', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (bytes, bound) => {
        const plain = Buffer.from(bytes);
        const sealed = seal(key, bound, plain);
        expect(sealed.length).toBe(12 + plain.length + 16);
        expect(unseal(key, bound, sealed)).toEqual(plain);
        expect(seal(key, bound, plain)).not.toEqual(sealed);
      }),
      { numRuns: 50 },
    );
  });

  it('does not open anything else', () => {
    const sealed = seal(key, 'here', Buffer.from('text'));
    for (let place = 0; place < sealed.length; place++) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(place) ^ 1, place);
      expect(unseal(key, 'here', changed)).toBeUndefined();
    }
    expect(unseal(key, 'there', sealed)).toBeUndefined();
    expect(unseal(deriveKey('secret', 'other'), 'here', sealed)).toBeUndefined();
    expect(unseal(deriveKey('other', 'test'), 'here', sealed)).toBeUndefined();
    for (let length = 0; length < sealed.length; length++) {
      expect(unseal(key, 'here', sealed.subarray(0, length))).toBeUndefined();
    }
  });

  it('compares codes of different lengths too', () => {
    expect(areEqual(macOf(key, 'a'), macOf(key, 'a'))).toBe(true);
    expect(areEqual(macOf(key, 'a'), macOf(key, 'b'))).toBe(false);
    expect(areEqual(macOf(key, 'a'), Buffer.alloc(0))).toBe(false);
  });
});
