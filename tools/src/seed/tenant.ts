import type { registryV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { readPrivate, writePrivate } from '../home/private-file.js';
import type { ControlPlane } from './control-plane.js';

export interface Tenant {
  readonly organizationId: string;
  readonly projectId: string;
}

/** The organisation and project of that name, made when they are missing. */
export async function ensureTenant({ tenancy }: Pick<ControlPlane, 'tenancy'>, name: string): Promise<Tenant> {
  const { organizations } = await tenancy.listOrganizations({});
  const organization =
    organizations.find((candidate) => candidate.name === name) ??
    (await tenancy.createOrganization({ name })).organization;
  const organizationId = idOf(organization, 'organisation');
  const { projects } = await tenancy.listProjects({ organizationId });
  const project =
    projects.find((candidate) => candidate.name === name) ??
    (await tenancy.createProject({ organizationId, name })).project;
  return { organizationId, projectId: idOf(project, 'project') };
}

export interface KeyRequest {
  readonly name: string;
  readonly projectId: string;
  readonly scopes: readonly string[];
  readonly role: string;
  /** Where its secret is kept: one line, for the owner only. */
  readonly file: string;
}

export interface SeededKey {
  readonly id: string;
  readonly secret: string;
}

/** The key in the file when the registry still knows it; a new one, written to the file, otherwise. */
export async function ensureKey({ tenancy }: Pick<ControlPlane, 'tenancy'>, wanted: KeyRequest): Promise<SeededKey> {
  const { name, projectId, scopes, role, file } = wanted;
  const kept = await readPrivate(file);
  const { apiKeys } = await tenancy.listApiKeys({ projectId });
  const known = kept ? apiKeys.find((key) => isUsable(key, wanted) && kept.startsWith(key.prefix)) : undefined;
  if (kept && known) return { id: known.id, secret: kept };
  const { apiKey, secret } = await tenancy.createApiKey({ projectId, name, scopes: [...scopes], role });
  await writePrivate(file, secret);
  return { id: idOf(apiKey, 'API key'), secret };
}

function isUsable(key: registryV1.ApiKey, { name }: KeyRequest): boolean {
  return key.name === name && key.prefix !== '' && key.revokedAtMs === 0;
}

function idOf(object: { id: string } | undefined, what: string): string {
  if (!object) throw new WeirError('internal', `the registry answered without the ${what}`);
  return object.id;
}
