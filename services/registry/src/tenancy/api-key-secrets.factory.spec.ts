import { hashApiKey, looksLikeApiKey } from '@weir/bootstrap';
import { describe, expect, it } from 'vitest';
import { ApiKeySecretsFactory } from './api-key-secrets.factory.js';

const keyPepper = 'pepper-of-this-test';

describe('a new secret', () => {
  const factory = new ApiKeySecretsFactory({ keyEnvironment: 'test' }, { keyPepper });

  it('has the form of keys and is hashed under the pepper', () => {
    const { secret, hash } = factory.create();
    expect(looksLikeApiKey(secret)).toBe(true);
    expect(hash).toBe(hashApiKey(secret, keyPepper));
    expect(hash).not.toBe(hashApiKey(secret, 'another-pepper-here'));
  });

  it('is recognised by its beginning, of which four characters are random', () => {
    const { secret, prefix } = factory.create();
    expect(prefix).toMatch(/^weir_test_[0-9A-Za-z]{4}$/);
    expect(secret.startsWith(prefix)).toBe(true);
  });

  it('is another one each time', () => {
    expect(factory.create().secret).not.toBe(factory.create().secret);
  });
});
