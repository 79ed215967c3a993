import { role, scope } from '@weir/contracts';
import { z } from 'zod';
import { name, objectId, policyName, word } from '../request/fields.js';

export const createOrganizationRequest = z.object({ name });
export const createProjectRequest = z.object({ organizationId: objectId, name });
export const updateProjectRequest = z.object({
  id: objectId,
  /** Empty = none. */
  policy: z.literal('').or(policyName).optional(),
  keepContent: z.boolean().optional(),
});
export const listProjectsRequest = z.object({ organizationId: objectId });

export const createApiKeyRequest = z.object({
  projectId: objectId,
  name,
  scopes: z
    .array(z.enum(scope.options, `one of ${scope.options.join(', ')}`))
    .min(1, 'at least one scope')
    .refine((scopes) => new Set(scopes).size === scopes.length, 'a scope is named twice'),
  expiresAtMs: z.number().int().nonnegative('milliseconds since the epoch, or 0'),
  onBillingError: word(['closed', 'open']),
  role: z
    .string()
    .transform((value) => value || 'member')
    .pipe(z.enum(role.options, `one of ${role.options.join(', ')}`)),
});

export const listApiKeysRequest = z.object({ projectId: objectId });
export const revokeApiKeyRequest = z.object({ id: objectId });

export type UpdateProject = z.output<typeof updateProjectRequest>;
export type CreateApiKey = z.output<typeof createApiKeyRequest>;
