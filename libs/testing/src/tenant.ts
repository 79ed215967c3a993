import { createApiKeySecret, hashApiKey } from '@weir/bootstrap';
import { systemSource } from '@weir/config';
import type { ApiKeyState, RegistryObject, Role, Scope } from '@weir/contracts';

export interface TenantOptions {
  readonly organizationId?: string;
  readonly projectId?: string;
  /** Default: inference. */
  readonly scopes?: readonly Scope[];
  readonly role?: Role;
  readonly onBillingError?: 'closed' | 'open';
  /** Milliseconds since the epoch; 0 = does not expire. */
  readonly expiresAt?: number;
  readonly revokedAt?: number;
}

export interface Tenant {
  readonly organizationId: string;
  readonly projectId: string;
  readonly apiKeyId: string;
  /** The secret, for `authorization: Bearer …`. */
  readonly apiKey: string;
  readonly headers: { readonly authorization: string };
  /** What the registry knows of it: the organisation, the project and the key. */
  readonly objects: readonly RegistryObject[];
  readonly key: ApiKeyState;
}

/** A new organisation with a project and a key, as the registry would state them. */
export function newTenant(pepper: string, options: TenantOptions = {}): Tenant {
  const organizationId = options.organizationId ?? systemSource.uuid();
  const projectId = options.projectId ?? systemSource.uuid();
  const apiKey = createApiKeySecret('test');
  const created_at = systemSource.now();
  const key: ApiKeyState = {
    kind: 'api_key',
    id: systemSource.uuid(),
    organization_id: organizationId,
    project_id: projectId,
    name: 'test key',
    prefix: apiKey.slice(0, 14),
    hash: hashApiKey(apiKey, pepper),
    scopes: [...(options.scopes ?? ['inference'])],
    role: options.role ?? 'member',
    on_billing_error: options.onBillingError ?? 'closed',
    created_at,
    expires_at: options.expiresAt ?? 0,
    revoked_at: options.revokedAt ?? 0,
  };
  const organization = { kind: 'organization', id: organizationId, name: 'test organization', created_at } as const;
  const project = {
    kind: 'project',
    id: projectId,
    organization_id: organizationId,
    name: 'test',
    policy: '',
    keep_content: false,
    created_at,
  } as const;
  return {
    organizationId,
    projectId,
    apiKeyId: key.id,
    apiKey,
    headers: { authorization: `Bearer ${apiKey}` },
    objects: [organization, project, key],
    key,
  };
}
