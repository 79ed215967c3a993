import { expect, it } from 'vitest';
import { stored } from '../changes/stored.js';
import { apiKeyMessage, projectMessage } from './tenancy-message.js';

it('a project is shown with what its requests are subject to', () => {
  const project = {
    kind: 'project',
    id: 'p',
    organization_id: 'o',
    name: 'web',
    policy: 'strict',
    keep_content: true,
    created_at: 1,
  } as const;
  expect(projectMessage(stored(project, 2))).toEqual({
    id: 'p',
    organizationId: 'o',
    name: 'web',
    policy: 'strict',
    keepContent: true,
    createdAtMs: 1,
  });
});

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
