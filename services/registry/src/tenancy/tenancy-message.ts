import type { ApiKeyState, OrganizationState, ProjectState, registryV1 } from '@weir/contracts';
import type { Stored } from '../changes/stored.js';

export function organizationMessage({ object }: Stored<OrganizationState>): registryV1.Organization {
  return { id: object.id, name: object.name, createdAtMs: object.created_at };
}

export function projectMessage({ object }: Stored<ProjectState>): registryV1.Project {
  const { id, organization_id, name, policy, keep_content, created_at } = object;
  return { id, organizationId: organization_id, name, policy, keepContent: keep_content, createdAtMs: created_at };
}

/** Field by field, so that the hash never leaves this way. */
export function apiKeyMessage({ object }: Stored<ApiKeyState>): registryV1.ApiKey {
  return {
    id: object.id,
    projectId: object.project_id,
    organizationId: object.organization_id,
    name: object.name,
    prefix: object.prefix,
    scopes: object.scopes,
    createdAtMs: object.created_at,
    expiresAtMs: object.expires_at,
    revokedAtMs: object.revoked_at,
    onBillingError: object.on_billing_error,
    role: object.role,
  };
}
