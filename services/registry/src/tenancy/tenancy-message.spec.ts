import { expect, it } from 'vitest';
import { stored } from '../changes/stored.js';
import { apiKeyMessage } from './tenancy-message.js';

it('an API key is shown without its hash', () => {
  const message = apiKeyMessage(
    stored(
      {
        kind: 'api_key',
        id: 'k',
        organization_id: 'o',
        project_id: 'p',
        name: 'ci',
        prefix: 'weir_test_abcd',
        hash: 'f0'.repeat(32),
        scopes: ['inference'],
        role: 'member',
        on_billing_error: 'closed',
        created_at: 1,
        expires_at: 2,
        revoked_at: 3,
      },
      2,
    ),
  );
  expect(message).toMatchObject({ id: 'k', prefix: 'weir_test_abcd', createdAtMs: 1, expiresAtMs: 2, revokedAtMs: 3 });
  expect(JSON.stringify(message)).not.toContain('f0f0');
});
