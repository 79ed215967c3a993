import { Inject, Injectable } from '@nestjs/common';
import { SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import type { RouteState } from '@weir/contracts';
import { Database } from '@weir/database';
import { WeirError } from '@weir/errors';
import type { Actor } from '../access/actor.js';
import { notFound, revisionConflict, type Attempt } from '../access/attempt.js';
import { confinedTo, firstRefusal, mayChangeRoute, mayGiveRoute } from '../access/policy.js';
import { AdminChanges, type Change } from '../changes/admin-changes.service.js';
import { checkBound } from '../changes/bounds.js';
import type { Queries, Stored } from '../changes/stored.js';
import { DeploymentsRepository } from '../deployments/deployments.repository.js';
import { REGISTRY_SETTINGS, type RegistrySettings } from '../registry.config.js';
import { invalid } from '../request/parse-request.js';
import { OrganizationsRepository } from '../tenancy/organizations.repository.js';
import type { PutRoute } from './route-request.js';
import { RoutesRepository } from './routes.repository.js';

type StoredRoute = Stored<RouteState>;

@Injectable()
export class RoutesService {
  readonly #database: Database;
  readonly #changes: AdminChanges;
  readonly #routes: RoutesRepository;
  readonly #deployments: DeploymentsRepository;
  readonly #organizations: OrganizationsRepository;
  readonly #source: Source;
  readonly #settings: RegistrySettings;

  constructor(
    database: Database,
    changes: AdminChanges,
    routes: RoutesRepository,
    deployments: DeploymentsRepository,
    organizations: OrganizationsRepository,
    @Inject(SOURCE) source: Source,
    @Inject(REGISTRY_SETTINGS) settings: RegistrySettings,
  ) {
    this.#database = database;
    this.#changes = changes;
    this.#routes = routes;
    this.#deployments = deployments;
    this.#organizations = organizations;
    this.#source = source;
    this.#settings = settings;
  }

  async put(attempt: Attempt, request: PutRoute): Promise<StoredRoute> {
    const existing = await this.#existing(request.alias);
    const decision = firstRefusal(
      mayGiveRoute(attempt.actor, request.organizationId),
      ...(existing && request.revision > 0 ? [mayChangeRoute(attempt.actor, existing.object.organization_id)] : []),
    );
    const target = { key: `route/${request.alias}`, organizationId: request.organizationId, param: 'route.alias' };
    await this.#changes.permit(attempt, target, decision);
    const route = routeState(request, existing?.object.created_at ?? this.#source.now());
    return this.#changes.commit(attempt, async (tx) => {
      if (request.revision > 0) checkRevision(request, existing);
      await this.#checkReferences(tx, route);
      return request.revision === 0 ? this.#create(tx, route) : this.#replace(tx, route, request.revision);
    });
  }

  async remove(attempt: Attempt, alias: string): Promise<StoredRoute> {
    const existing = await this.#existing(alias);
    if (!existing) throw notFound(`route/${alias}`, 'alias');
    const owner = existing.object.organization_id;
    const target = { key: `route/${alias}`, organizationId: owner, param: 'alias' };
    await this.#changes.permit(attempt, target, mayChangeRoute(attempt.actor, owner));
    return this.#changes.commit(attempt, async (tx) => {
      // Only what the decision was about goes: in between, the alias may have been given to somebody else.
      const revision = await this.#routes.remove(tx, alias, existing.revision);
      if (revision === undefined) throw revisionConflict(`route/${alias}`, 'alias');
      return { change: 'deleted', stored: { object: existing.object, revision, deleted: true } };
    });
  }

  list(actor: Actor): Promise<StoredRoute[]> {
    return this.#routes.list(this.#database, confinedTo(actor), this.#settings.maxRoutes);
  }

  async #existing(alias: string): Promise<StoredRoute | undefined> {
    const route = await this.#routes.find(this.#database, alias);
    return route?.deleted ? undefined : route;
  }

  async #create(tx: Queries, route: RouteState): Promise<Change<StoredRoute>> {
    checkBound(await this.#routes.count(tx), this.#settings.maxRoutes, 'routes');
    const revision = await this.#routes.create(tx, route);
    if (revision === undefined) {
      throw new WeirError(
        'already_exists',
        `The alias ${route.alias} is in use; to replace its route, give the revision.`,
        {
          param: 'route.alias',
        },
      );
    }
    return { change: 'created', stored: { object: route, revision, deleted: false } };
  }

  async #replace(tx: Queries, route: RouteState, expected: number): Promise<Change<StoredRoute>> {
    const revision = await this.#routes.replace(tx, route, expected);
    if (revision !== undefined) return { change: 'updated', stored: { object: route, revision, deleted: false } };
    throw revisionConflict(`route/${route.alias}`, 'route.revision');
  }

  async #checkReferences(tx: Queries, route: RouteState): Promise<void> {
    const deployments = await this.#deployments.existing(
      tx,
      route.targets.map((target) => target.deployment_id),
    );
    route.targets.forEach((target, index) => {
      if (deployments.has(target.deployment_id)) return;
      throw notFound(`deployment/${target.deployment_id}`, `route.targets[${index}].deployment_id`);
    });
    const owner = route.organization_id;
    if (owner && !(await this.#organizations.findById(tx, owner))) {
      throw notFound(`organization/${owner}`, 'route.organization_id');
    }
    const organizations = await this.#organizations.organizationsOf(tx, route.project_ids);
    route.project_ids.forEach((id, index) => checkProject(id, `route.project_ids[${index}]`, organizations, owner));
  }
}

/** The owner was judged on the route as it was read: only that very revision may be replaced. */
function checkRevision(request: PutRoute, existing: StoredRoute | undefined): void {
  const key = `route/${request.alias}`;
  if (!existing) throw notFound(key, 'route.alias');
  if (existing.revision !== request.revision) throw revisionConflict(key, 'route.revision');
}

function checkProject(id: string, param: string, organizations: ReadonlyMap<string, string>, owner: string): void {
  const organization = organizations.get(id);
  if (organization === undefined) throw notFound(`project/${id}`, param);
  if (owner && organization !== owner) throw invalid(param, 'is a project of another organisation');
}

function routeState(request: PutRoute, createdAt: number): RouteState {
  return {
    kind: 'route',
    id: request.alias,
    alias: request.alias,
    targets: request.targets.map(({ deploymentId, weight }) => ({ deployment_id: deploymentId, weight })),
    policy: request.policy,
    on_guardrails_error: request.onGuardrailsError,
    organization_id: request.organizationId,
    project_ids: request.projectIds,
    stage_policies: request.stagePolicies,
    max_holdback_chars: request.maxHoldbackChars,
    on_blocked_input: request.onBlockedInput,
    created_at: createdAt,
  };
}
