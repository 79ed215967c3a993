import { Injectable } from '@nestjs/common';
import type { RegistryKind } from '@weir/contracts';
import { ApiKeysRepository } from '../tenancy/api-keys.repository.js';
import { DeploymentsRepository } from '../deployments/deployments.repository.js';
import { ModelVersionsRepository } from '../models/model-versions.repository.js';
import { ModelsRepository } from '../models/models.repository.js';
import { OrganizationsRepository } from '../tenancy/organizations.repository.js';
import { RoutesRepository } from '../routes/routes.repository.js';
import type { Queries, Stored } from './stored.js';

export interface ObjectRevision {
  readonly kind: RegistryKind;
  readonly id: string;
  readonly revision: number;
}

/** Objects of every kind by kind and id. */
@Injectable()
export class StatesRepository {
  readonly #read: Readonly<Record<RegistryKind, (tx: Queries, id: string) => Promise<Stored | undefined>>>;

  constructor(
    models: ModelsRepository,
    versions: ModelVersionsRepository,
    deployments: DeploymentsRepository,
    routes: RoutesRepository,
    organizations: OrganizationsRepository,
    keys: ApiKeysRepository,
  ) {
    this.#read = {
      model: (tx, id) => models.findById(tx, id),
      model_version: (tx, id) => versions.findById(tx, id),
      deployment: (tx, id) => deployments.findById(tx, id),
      route: (tx, alias) => routes.find(tx, alias),
      organization: (tx, id) => organizations.findById(tx, id),
      project: (tx, id) => organizations.findProject(tx, id),
      api_key: (tx, id) => keys.findById(tx, id),
    };
  }

  revisions(tx: Queries): Promise<ObjectRevision[]> {
    return tx.query<ObjectRevision>(`SELECT kind, id, revision FROM object_revisions`);
  }

  /** Reads an object and keeps others from changing it until the transaction ends. */
  async readLocked(tx: Queries, { kind, id }: ObjectRevision): Promise<Stored | undefined> {
    await tx.query(`SELECT 1 FROM ${TABLES[kind]} WHERE ${kind === 'route' ? 'alias' : 'id'} = $1 FOR SHARE`, [id]);
    return this.#read[kind](tx, id);
  }
}

const TABLES: Readonly<Record<RegistryKind, string>> = {
  model: 'models',
  model_version: 'model_versions',
  deployment: 'deployments',
  route: 'routes',
  organization: 'organizations',
  project: 'projects',
  api_key: 'api_keys',
};
