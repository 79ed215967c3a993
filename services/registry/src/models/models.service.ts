import { Inject, Injectable } from '@nestjs/common';
import { SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import type { LineageState, ModelState, ModelVersionState } from '@weir/contracts';
import { Database } from '@weir/database';
import { WeirError } from '@weir/errors';
import { notFound, type Attempt, type Target } from '../access/attempt.js';
import { firstRefusal, mayChangeCatalogue, mayReachHost } from '../access/policy.js';
import { AdminChanges } from '../changes/admin-changes.service.js';
import { stored, type Stored } from '../changes/stored.js';
import type { Page } from '../request/page.js';
import { hasLocalFile, type CreateModel, type CreateModelVersion, type SetModelAlias } from './model-request.js';
import { ModelVersionsRepository } from './model-versions.repository.js';
import { ModelsRepository } from './models.repository.js';

@Injectable()
export class ModelsService {
  readonly #database: Database;
  readonly #changes: AdminChanges;
  readonly #models: ModelsRepository;
  readonly #versions: ModelVersionsRepository;
  readonly #source: Source;

  constructor(
    database: Database,
    changes: AdminChanges,
    models: ModelsRepository,
    versions: ModelVersionsRepository,
    @Inject(SOURCE) source: Source,
  ) {
    this.#database = database;
    this.#changes = changes;
    this.#models = models;
    this.#versions = versions;
    this.#source = source;
  }

  async create(attempt: Attempt, request: CreateModel): Promise<Stored<ModelState>> {
    await this.#changes.permit(attempt, modelTarget(request.name), mayChangeCatalogue(attempt.actor));
    const { name, description, license } = request;
    const model: ModelState = {
      kind: 'model',
      id: this.#source.uuid(),
      name,
      description,
      license,
      aliases: {},
      created_at: this.#source.now(),
    };
    return this.#changes.commit(attempt, async (tx) => {
      if (!(await this.#models.insert(tx, model))) {
        throw new WeirError('already_exists', `There is a model ${name} already.`, { param: 'name' });
      }
      return { change: 'created', stored: stored(model, 1) };
    });
  }

  list(page: Page): Promise<Stored<ModelState>[]> {
    return this.#models.list(this.#database, page);
  }

  async createVersion(attempt: Attempt, request: CreateModelVersion): Promise<Stored<ModelVersionState>> {
    const decision = firstRefusal(
      mayChangeCatalogue(attempt.actor),
      ...(hasLocalFile(request) ? [mayReachHost(attempt.actor, 'file:// URIs')] : []),
    );
    await this.#changes.permit(attempt, modelTarget(request.modelName), decision);
    const id = this.#source.uuid();
    const now = this.#source.now();
    return this.#changes.commit(attempt, async (tx) => {
      const next = await this.#models.takeVersion(tx, request.modelName);
      if (!next) throw notFound(`model/${request.modelName}`, 'model_name');
      const version = versionState(request, { id, version: next.version, created_at: now });
      await this.#versions.insert(tx, next.modelId, version);
      return { change: 'created', stored: stored(version, 1) };
    });
  }

  async getVersion(modelName: string, version: number): Promise<Stored<ModelVersionState>> {
    const found = await this.#versions.find(this.#database, modelName, version);
    if (!found) throw notFound(`model_version/${modelName}@${version}`, 'version');
    return found;
  }

  async setAlias(attempt: Attempt, request: SetModelAlias): Promise<Stored<ModelState>> {
    const { modelName, alias, version } = request;
    await this.#changes.permit(attempt, modelTarget(modelName), mayChangeCatalogue(attempt.actor));
    return this.#changes.commit(attempt, async (tx) => {
      const model = await this.#models.lock(tx, modelName);
      if (!model) throw notFound(`model/${modelName}`, 'model_name');
      if (!(await this.#versions.find(tx, modelName, version))) {
        throw notFound(`model_version/${modelName}@${version}`, 'version');
      }
      if (model.object.aliases[alias] === version) return { change: 'none', stored: model };
      await this.#models.setAlias(tx, model.object.id, alias, version);
      const object = { ...model.object, aliases: { ...model.object.aliases, [alias]: version } };
      return { change: 'updated', stored: stored(object, model.revision + 1) };
    });
  }
}

const modelTarget = (name: string): Target => ({ key: `model/${name}`, organizationId: '' });

function versionState(
  request: CreateModelVersion,
  given: Pick<ModelVersionState, 'id' | 'version' | 'created_at'>,
): ModelVersionState {
  return {
    kind: 'model_version',
    ...given,
    model_name: request.modelName,
    format: request.format,
    source: request.source,
    quantization: request.quantization,
    context_tokens: request.contextTokens,
    artifacts: request.artifacts.map(({ path, uri, sha256, sizeBytes }) => ({
      path,
      uri,
      sha256,
      size_bytes: sizeBytes,
    })),
    ...(request.lineage ? { lineage: lineageState(request.lineage) } : {}),
    quality_reports: [],
  };
}

function lineageState(given: NonNullable<CreateModelVersion['lineage']>): LineageState {
  const { parentSha256, parentType, operation, type, tool } = given;
  return { parent_sha256: parentSha256, parent_type: parentType, operation, type, tool };
}
