import { Inject, Injectable } from '@nestjs/common';
import { SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import type { OrganizationState, ProjectState } from '@weir/contracts';
import { Database } from '@weir/database';
import { WeirError } from '@weir/errors';
import type { Actor } from '../access/actor.js';
import { INSTALLATION, notFound, type Attempt } from '../access/attempt.js';
import { confinedTo, mayChangeInstallation, mayChangeTenancy } from '../access/policy.js';
import { AdminChanges } from '../changes/admin-changes.service.js';
import { checkBound } from '../changes/bounds.js';
import { stored, type Stored } from '../changes/stored.js';
import { REGISTRY_SETTINGS, type RegistrySettings } from '../registry.config.js';
import { OrganizationsRepository } from './organizations.repository.js';
import type { UpdateProject } from './tenancy-request.js';

@Injectable()
export class TenancyService {
  readonly #database: Database;
  readonly #changes: AdminChanges;
  readonly #organizations: OrganizationsRepository;
  readonly #source: Source;
  readonly #settings: RegistrySettings;

  constructor(
    database: Database,
    changes: AdminChanges,
    organizations: OrganizationsRepository,
    @Inject(SOURCE) source: Source,
    @Inject(REGISTRY_SETTINGS) settings: RegistrySettings,
  ) {
    this.#database = database;
    this.#changes = changes;
    this.#organizations = organizations;
    this.#source = source;
    this.#settings = settings;
  }

  async createOrganization(attempt: Attempt, { name }: { name: string }): Promise<Stored<OrganizationState>> {
    const target = { key: `organization/${name}`, organizationId: INSTALLATION };
    await this.#changes.permit(attempt, target, mayChangeInstallation(attempt.actor));
    const id = this.#source.uuid();
    const organization: OrganizationState = { kind: 'organization', id, name, created_at: this.#source.now() };
    return this.#changes.commit(attempt, async (tx) => {
      checkBound(await this.#organizations.count(tx), this.#settings.maxOrganizations, 'organisations');
      if (!(await this.#organizations.insert(tx, organization))) {
        throw new WeirError('already_exists', `There is an organisation ${name} already.`, { param: 'name' });
      }
      return { change: 'created', stored: stored(organization, 1) };
    });
  }

  listOrganizations(actor: Actor): Promise<Stored<OrganizationState>[]> {
    return this.#organizations.list(this.#database, confinedTo(actor), this.#settings.maxOrganizations);
  }

  async createProject(
    attempt: Attempt,
    request: { organizationId: string; name: string },
  ): Promise<Stored<ProjectState>> {
    const { organizationId, name } = request;
    const key = `organization/${organizationId}`;
    const target = { key, organizationId, param: 'organization_id' };
    await this.#changes.permit(attempt, target, mayChangeTenancy(attempt.actor, organizationId));
    const project: ProjectState = {
      kind: 'project',
      id: this.#source.uuid(),
      organization_id: organizationId,
      name,
      policy: '',
      keep_content: false,
      created_at: this.#source.now(),
    };
    return this.#changes.commit(attempt, async (tx) => {
      if (!(await this.#organizations.findById(tx, organizationId))) throw notFound(key, 'organization_id');
      checkBound(await this.#organizations.countProjects(tx, organizationId), this.#settings.maxProjects, 'projects');
      if (!(await this.#organizations.insertProject(tx, project))) {
        throw new WeirError('already_exists', `The organisation has a project ${name} already.`, { param: 'name' });
      }
      return { change: 'created', stored: stored(project, 1) };
    });
  }

  async updateProject(attempt: Attempt, { id, policy, keepContent }: UpdateProject): Promise<Stored<ProjectState>> {
    const key = `project/${id}`;
    const existing = await this.#organizations.findProject(this.#database, id);
    if (!existing) throw notFound(key, 'id');
    const { organization_id: organizationId } = existing.object;
    const target = { key, organizationId, param: 'id' };
    await this.#changes.permit(attempt, target, mayChangeTenancy(attempt.actor, organizationId));
    return this.#changes.commit(attempt, async (tx) => {
      const current = await this.#organizations.lockProject(tx, id);
      if (!current) throw notFound(key, 'id');
      const { object } = current;
      const wanted = { ...object, policy: policy ?? object.policy, keep_content: keepContent ?? object.keep_content };
      if (wanted.policy === object.policy && wanted.keep_content === object.keep_content) {
        return { change: 'none', stored: current };
      }
      const written = await this.#organizations.writeProject(tx, wanted);
      if (!written) throw notFound(key, 'id');
      return { change: 'updated', stored: written };
    });
  }

  async listProjects(actor: Actor, organizationId: string): Promise<Stored<ProjectState>[]> {
    const confined = confinedTo(actor);
    const hidden = confined !== undefined && confined !== organizationId;
    if (hidden || !(await this.#organizations.findById(this.#database, organizationId))) {
      throw notFound(`organization/${organizationId}`, 'organization_id');
    }
    return this.#organizations.listProjects(this.#database, organizationId, this.#settings.maxProjects);
  }
}
