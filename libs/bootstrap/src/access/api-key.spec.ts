import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createApiKeySecret, hashApiKey, looksLikeApiKey } from './api-key.js';

const env = fc.stringMatching(/^[a-z0-9]{1,12}$/);
const bytes = fc.uint8Array({ minLength: 24, maxLength: 24 });

describe('API key secrets', () => {
  it('have the documented form and a valid checksum, whatever the random bits', () => {
    fc.assert(
      fc.property(env, bytes, (name, random) => {
        const secret = createApiKeySecret(name, () => random);
        expect(secret).toMatch(/^weir_[a-z0-9]{1,12}_[0-9A-Za-z]{39}$/);
        expect(looksLikeApiKey(secret)).toBe(true);
      }),
    );
  });

  it('are different for different bits', () => {
    fc.assert(
      fc.property(bytes, bytes, (left, right) => {
        const same = Buffer.compare(left, right) === 0;
        expect(createApiKeySecret('live', () => left) === createApiKeySecret('live', () => right)).toBe(same);
      }),
    );
  });

  it('are recognised as wrong after any change of one character', () => {
    fc.assert(
      fc.property(bytes, fc.nat(), fc.stringMatching(/^[0-9A-Za-z]$/), (random, position, replacement) => {
        const secret = createApiKeySecret('live', () => random);
        const at = 10 + (position % (secret.length - 10));
        fc.pre(secret[at] !== replacement);
        expect(looksLikeApiKey(secret.slice(0, at) + replacement + secret.slice(at + 1))).toBe(false);
      }),
    );
  });

  it('use the system randomness unless told otherwise', () => {
    expect(createApiKeySecret('live')).not.toBe(createApiKeySecret('live'));
  });

  it.each(['', 'Live', 'a_b', 'abcdefghijklm'])('refuses the environment %j', (name) => {
    expect(() => createApiKeySecret(name)).toThrow(RangeError);
  });

  it.each(['', 'weir_live_', 'sk-1234', 'weir_live_' + 'a'.repeat(39)])('is not fooled by %j', (text) => {
    expect(looksLikeApiKey(text)).toBe(false);
  });
});

describe('hashApiKey', () => {
  it('is HMAC-SHA256 in hexadecimal, as RFC 4231 test case 2 has it', () => {
    expect(hashApiKey('what do ya want for nothing?', 'Jefe')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });
});
