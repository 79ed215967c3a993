import { Inject, Injectable } from '@nestjs/common';
import { SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import type { ApiKeyState, ProjectState } from '@weir/contracts';
import { Database } from '@weir/database';
import type { Actor } from '../access/actor.js';
import { notFound, type Attempt } from '../access/attempt.js';
import { confinedTo, firstRefusal, mayChangeTenancy, mayHandleRole } from '../access/policy.js';
import { AdminChanges } from '../changes/admin-changes.service.js';
import { checkBound } from '../changes/bounds.js';
import { stored, type Stored } from '../changes/stored.js';
import { REGISTRY_SETTINGS, type RegistrySettings } from '../registry.config.js';
import { invalid } from '../request/parse-request.js';
import { ApiKeySecretsFactory, type ApiKeySecret } from './api-key-secrets.factory.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { OrganizationsRepository } from './organizations.repository.js';
import type { CreateApiKey } from './tenancy-request.js';

/** The list also has revoked keys; the oldest of those are left out when there are more than this in all. */
const LISTED = 2000;

@Injectable()
export class ApiKeysService {
  readonly #database: Database;
  readonly #changes: AdminChanges;
  readonly #keys: ApiKeysRepository;
  readonly #organizations: OrganizationsRepository;
  readonly #secrets: ApiKeySecretsFactory;
  readonly #source: Source;
  readonly #settings: RegistrySettings;

  constructor(
    database: Database,
    changes: AdminChanges,
    keys: ApiKeysRepository,
    organizations: OrganizationsRepository,
    secrets: ApiKeySecretsFactory,
    @Inject(SOURCE) source: Source,
    @Inject(REGISTRY_SETTINGS) settings: RegistrySettings,
  ) {
    this.#database = database;
    this.#changes = changes;
    this.#keys = keys;
    this.#organizations = organizations;
    this.#secrets = secrets;
    this.#source = source;
    this.#settings = settings;
  }

  async create(attempt: Attempt, request: CreateApiKey): Promise<{ key: Stored<ApiKeyState>; secret: string }> {
    if (request.expiresAtMs !== 0 && request.expiresAtMs <= this.#source.now()) {
      throw invalid('expires_at_ms', 'is in the past');
    }
    const project = await this.#project(request.projectId);
    const organizationId = project.organization_id;
    const decision = firstRefusal(
      mayChangeTenancy(attempt.actor, organizationId),
      mayHandleRole(attempt.actor, request.role),
    );
    await this.#changes.permit(
      attempt,
      { key: `project/${project.id}`, organizationId, param: 'project_id' },
      decision,
    );
    const secret = this.#secrets.create();
    const key = this.#newKey(request, project, secret);
    const created = await this.#changes.commit(attempt, async (tx) => {
      checkBound(await this.#keys.countInForce(tx, project.id), this.#settings.maxApiKeys, 'keys in force');
      await this.#keys.insert(tx, key);
      return { change: 'created', stored: stored(key, 1) };
    });
    return { key: created, secret: secret.secret };
  }

  async list(actor: Actor, projectId: string): Promise<Stored<ApiKeyState>[]> {
    const project = await this.#project(projectId);
    const confined = confinedTo(actor);
    if (confined !== undefined && confined !== project.organization_id) throw noProject(projectId);
    return this.#keys.list(this.#database, projectId, LISTED);
  }

  /** Idempotent: the time of the first revocation stands. */
  async revoke(attempt: Attempt, id: string): Promise<Stored<ApiKeyState>> {
    const key = `api_key/${id}`;
    const found = await this.#keys.findById(this.#database, id);
    if (!found) throw notFound(key, 'id');
    const organizationId = found.object.organization_id;
    const decision = firstRefusal(
      mayChangeTenancy(attempt.actor, organizationId),
      mayHandleRole(attempt.actor, found.object.role),
    );
    await this.#changes.permit(attempt, { key, organizationId, param: 'id' }, decision);
    return this.#changes.commit(attempt, async (tx) => {
      const revoked = await this.#keys.revoke(tx, id, this.#source.now());
      const current = (await this.#keys.findById(tx, id)) ?? found;
      return { change: revoked ? 'updated' : 'none', stored: current };
    });
  }

  async #project(id: string): Promise<ProjectState> {
    const project = await this.#organizations.findProject(this.#database, id);
    if (!project) throw noProject(id);
    return project.object;
  }

  #newKey(request: CreateApiKey, project: ProjectState, secret: ApiKeySecret): ApiKeyState {
    return {
      kind: 'api_key',
      id: this.#source.uuid(),
      organization_id: project.organization_id,
      project_id: project.id,
      name: request.name,
      prefix: secret.prefix,
      hash: secret.hash,
      scopes: request.scopes,
      role: request.role,
      on_billing_error: request.onBillingError,
      created_at: this.#source.now(),
      expires_at: request.expiresAtMs,
      revoked_at: 0,
    };
  }
}

const noProject = (id: string) => notFound(`project/${id}`, 'project_id');
