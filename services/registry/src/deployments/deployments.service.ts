import { Inject, Injectable } from '@nestjs/common';
import { SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import type { DeploymentState } from '@weir/contracts';
import { Database } from '@weir/database';
import { WeirError } from '@weir/errors';
import { notFound, revisionConflict, type Attempt } from '../access/attempt.js';
import { firstRefusal, mayChangeCatalogue, mayReachHost } from '../access/policy.js';
import { AdminChanges } from '../changes/admin-changes.service.js';
import { stored } from '../changes/stored.js';
import { ModelVersionsRepository } from '../models/model-versions.repository.js';
import type { Page } from '../request/page.js';
import { invalid } from '../request/parse-request.js';
import {
  engineMismatch,
  hostSetting,
  type CreateDeployment,
  type EngineSpec,
  type SetQualityOverride,
} from './deployment-request.js';
import { DeploymentsRepository, type Report, type StoredDeployment } from './deployments.repository.js';

const NOT_REPORTED: Report = { state: '', reason: '', atMs: 0 };

@Injectable()
export class DeploymentsService {
  readonly #database: Database;
  readonly #changes: AdminChanges;
  readonly #deployments: DeploymentsRepository;
  readonly #versions: ModelVersionsRepository;
  readonly #source: Source;

  constructor(
    database: Database,
    changes: AdminChanges,
    deployments: DeploymentsRepository,
    versions: ModelVersionsRepository,
    @Inject(SOURCE) source: Source,
  ) {
    this.#database = database;
    this.#changes = changes;
    this.#deployments = deployments;
    this.#versions = versions;
    this.#source = source;
  }

  async create(attempt: Attempt, request: CreateDeployment): Promise<StoredDeployment> {
    const reached = hostSetting(request.engine);
    const decision = firstRefusal(
      mayChangeCatalogue(attempt.actor),
      ...(reached ? [mayReachHost(attempt.actor, reached)] : []),
    );
    await this.#changes.permit(attempt, { key: `deployment/${request.name}`, organizationId: '' }, decision);
    const deployment = this.#newDeployment(request);
    return this.#changes.commit(attempt, async (tx) => {
      const version = await this.#versions.find(tx, request.modelName, request.version);
      if (!version) throw notFound(`model_version/${request.modelName}@${request.version}`, 'version');
      const { format, context_tokens } = version.object;
      const mismatch = engineMismatch(request.engine, { format, contextTokens: context_tokens });
      if (mismatch) throw invalid(mismatch.param, mismatch.message);
      if (!(await this.#deployments.insert(tx, version.object.id, deployment))) {
        throw new WeirError('already_exists', `There is a deployment ${request.name} already.`, { param: 'name' });
      }
      return { change: 'created', stored: { ...stored(deployment, 1), report: NOT_REPORTED } };
    });
  }

  async setState(
    attempt: Attempt,
    request: { id: string; desiredState: DeploymentState['desired_state']; revision: number },
  ): Promise<StoredDeployment> {
    const { id, desiredState, revision } = request;
    const key = `deployment/${id}`;
    await this.#changes.permit(attempt, { key, organizationId: '' }, mayChangeCatalogue(attempt.actor));
    return this.#changes.commit(attempt, async (tx) => {
      const changed = await this.#deployments.setDesiredState(tx, id, revision, desiredState);
      const deployment = await this.#deployments.findById(tx, id);
      if (!deployment) throw notFound(key, 'id');
      if (!changed) throw revisionConflict(key);
      return { change: 'updated', stored: deployment };
    });
  }

  /** Lets a deployment serve without a passing quality report, with who decided it and why; an empty reason takes that back. */
  async setQualityOverride(attempt: Attempt, request: SetQualityOverride): Promise<StoredDeployment> {
    const { deploymentId: id, reason, revision } = request;
    const key = `deployment/${id}`;
    await this.#changes.permit(attempt, { key, organizationId: '' }, mayChangeCatalogue(attempt.actor));
    const decided = { decided_by: attempt.actor.principal, decided_at: this.#source.now() };
    return this.#changes.commit(attempt, async (tx) => {
      const given = reason === '' ? undefined : { reason, ...decided };
      const changed = await this.#deployments.setQualityOverride(tx, id, revision, given);
      const deployment = await this.#deployments.findById(tx, id);
      if (!deployment) throw notFound(key, 'deployment_id');
      if (!changed) throw revisionConflict(key);
      return { change: 'updated', stored: deployment };
    });
  }

  async get(id: string): Promise<StoredDeployment> {
    const deployment = await this.#deployments.findById(this.#database, id);
    if (!deployment) throw notFound(`deployment/${id}`, 'id');
    return deployment;
  }

  list(page: Page): Promise<StoredDeployment[]> {
    return this.#deployments.list(this.#database, page);
  }

  #newDeployment(request: CreateDeployment): DeploymentState {
    return {
      kind: 'deployment',
      id: this.#source.uuid(),
      name: request.name,
      model_name: request.modelName,
      version: request.version,
      engine: engineState(request.engine, request.modelName),
      desired_state: request.desiredState,
      created_at: this.#source.now(),
    };
  }
}

function engineState(engine: EngineSpec, modelName: string): DeploymentState['engine'] {
  return {
    kind: engine.kind,
    slots: engine.slots,
    context_tokens: engine.contextTokens,
    max_queue: engine.maxQueue,
    max_output_tokens: engine.maxOutputTokens,
    base_url: engine.baseUrl,
    upstream_model: engine.kind === 'openai' ? engine.upstreamModel || modelName : '',
    api_key_ref: engine.apiKeyRef,
    allow_private_address: engine.allowPrivateAddress,
    more_base_urls: engine.moreBaseUrls,
    max_queued_tokens: engine.maxQueuedTokens,
    idle_unload_seconds: engine.idleUnloadSeconds,
    shares: engine.shares.map((share) => ({
      tenant: share.tenant,
      nominal_percent: share.nominalPercent,
      borrowing_percent: share.borrowingPercent,
      weight: share.weight,
    })),
    usd_per_hour: engine.usdPerHour,
  };
}
