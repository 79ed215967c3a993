import { hashApiKey, looksLikeApiKey } from '@weir/bootstrap';
import { registryState } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { newTenant } from './tenant.js';

describe('newTenant', () => {
  it('is stated as the registry would state it', () => {
    const tenant = newTenant('pepper', { scopes: ['admin'], role: 'owner', expiresAt: 5 });
    for (const object of tenant.objects) {
      const state = { object_key: `${object.kind}/${object.id}`, revision: 1, deleted: false, object };
      expect(registryState.data.parse(state)).toEqual(state);
    }
    expect(looksLikeApiKey(tenant.apiKey)).toBe(true);
    expect(tenant.key).toMatchObject({
      hash: hashApiKey(tenant.apiKey, 'pepper'),
      project_id: tenant.projectId,
      organization_id: tenant.organizationId,
      scopes: ['admin'],
      role: 'owner',
      expires_at: 5,
    });
    expect(JSON.stringify(tenant.objects)).not.toContain(tenant.apiKey);
  });

  it('is a new one each time, or joins an organisation', () => {
    const first = newTenant('pepper');
    const second = newTenant('pepper', { organizationId: first.organizationId });
    expect(second.organizationId).toBe(first.organizationId);
    expect(second.projectId).not.toBe(first.projectId);
    expect(second.apiKey).not.toBe(first.apiKey);
  });
});
