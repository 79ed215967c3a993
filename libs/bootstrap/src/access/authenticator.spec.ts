import type { ApiKeyState } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { createApiKeySecret, hashApiKey } from './api-key.js';
import { Authenticator } from './authenticator.js';

const PEPPER = 'pepper of this test';
const secret = createApiKeySecret('test');

const keyState = (change: Partial<ApiKeyState> = {}): ApiKeyState => ({
  kind: 'api_key',
  id: 'k1',
  organization_id: 'o1',
  project_id: 'p1',
  name: 'key',
  prefix: secret.slice(0, 14),
  hash: hashApiKey(secret, PEPPER),
  scopes: ['inference'],
  role: 'member',
  on_billing_error: 'open',
  created_at: 0,
  expires_at: 0,
  revoked_at: 0,
  ...change,
});

function setUp(initial: ApiKeyState = keyState()) {
  let key: ApiKeyState | undefined = initial;
  let now = 1_000;
  let hashed = 0;
  const authenticator = new Authenticator({
    pepper: PEPPER,
    source: { now: () => now, monotonic: () => now, uuid: () => 'id', random: () => 0 },
    snapshot: {
      isReady: true,
      apiKey: (id) => (key?.id === id ? key : undefined),
      apiKeyByHash: (hash) => {
        hashed++;
        return key?.hash === hash ? key : undefined;
      },
    },
  });
  return {
    authenticate: (token: string | undefined = secret) => authenticator.authenticate(token),
    change: (change: Partial<ApiKeyState> | undefined) => (key = change && { ...initial, ...change }),
    at: (time: number) => (now = time),
    hashed: () => hashed,
  };
}

const code = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'none';
};

describe('Authenticator', () => {
  it('gives the principal of a key', () => {
    expect(setUp().authenticate()).toEqual({
      apiKeyId: 'k1',
      projectId: 'p1',
      organizationId: 'o1',
      scopes: ['inference'],
      role: 'member',
      onBillingError: 'open',
    });
  });

  it('hashes a key once', () => {
    const { authenticate, hashed } = setUp();
    for (let count = 0; count < 5; count++) authenticate();
    expect(hashed()).toBe(1);
  });

  it('refuses no token, a foreign one, one with a wrong checksum and one that is unknown', () => {
    const { authenticate, hashed } = setUp();
    expect(code(() => authenticate(''))).toBe('missing_api_key');
    expect(code(() => authenticate('sk-something'))).toBe('invalid_api_key');
    expect(code(() => authenticate(`${secret.slice(0, -1)}${secret.endsWith('0') ? '1' : '0'}`))).toBe(
      'invalid_api_key',
    );
    expect(hashed()).toBe(0);
    expect(code(() => authenticate(createApiKeySecret('test')))).toBe('invalid_api_key');
    expect(hashed()).toBe(1);
  });

  it('refuses a known key from the moment it expires', () => {
    const { authenticate, at } = setUp(keyState({ expires_at: 2_000 }));
    at(1_999);
    expect(code(authenticate)).toBe('none');
    at(2_000);
    expect(code(authenticate)).toBe('expired_api_key');
  });

  it('refuses a key that it knew after it was revoked or deleted, and sees new scopes', () => {
    const { authenticate, change } = setUp();
    authenticate();
    change({ scopes: ['admin'] });
    expect(authenticate().scopes).toEqual(['admin']);
    change({ revoked_at: 5 });
    expect(code(authenticate)).toBe('revoked_api_key');
    change(undefined);
    expect(code(authenticate)).toBe('invalid_api_key');
  });

  it('does not call a key invalid while no keys are known', () => {
    const authenticator = new Authenticator({
      pepper: PEPPER,
      source: { now: () => 0, monotonic: () => 0, uuid: () => 'id', random: () => 0 },
      snapshot: { isReady: false, apiKey: () => undefined, apiKeyByHash: () => undefined },
    });
    expect(code(() => authenticator.authenticate(secret))).toBe('registry_unavailable');
  });
});
