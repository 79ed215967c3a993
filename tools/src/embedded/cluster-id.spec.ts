import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newClusterId } from './cluster-id.js';

describe('newClusterId', () => {
  it('has 22 characters and never begins like an option', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        expect(newClusterId(() => Buffer.from(bytes))).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/);
      }),
    );
    expect(newClusterId(() => Buffer.alloc(16, 0xff))[0]).not.toBe('-');
    expect(newClusterId()).not.toBe(newClusterId());
  });
});
