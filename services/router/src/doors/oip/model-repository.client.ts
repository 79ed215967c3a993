import { Injectable } from '@nestjs/common';
import { engineV1, type RouteState } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { RpcClients, type CallOptions, type Client } from '@weir/grpc';

/** Loads and unloads what answers under an alias, in the name of the caller. */
@Injectable()
export class ModelRepositoryClient {
  readonly #engine: Client<typeof engineV1.EngineServiceDefinition>;

  constructor(clients: RpcClients) {
    this.#engine = clients.client('inference', engineV1.EngineServiceDefinition);
  }

  /** Resolves when every target of the route runs. @throws WeirError `engine_unavailable` when one cannot */
  async load(route: RouteState, options: CallOptions): Promise<void> {
    const answers = await Promise.all(
      targetsOf(route).map((deploymentId) => this.#engine.loadDeployment({ deploymentId }, options)),
    );
    const failed = answers.find(({ status }) => status?.state !== 'ready')?.status;
    if (!failed) return;
    throw new WeirError(
      'engine_unavailable',
      `Deployment ${failed.deploymentId} is ${failed.state}: ${failed.reason}`,
      {
        retryAfterMs: 1_000,
      },
    );
  }

  async unload(route: RouteState, options: CallOptions): Promise<void> {
    await Promise.all(targetsOf(route).map((deploymentId) => this.#engine.unloadDeployment({ deploymentId }, options)));
  }
}

function targetsOf(route: RouteState): string[] {
  return route.targets.map(({ deployment_id }) => deployment_id);
}
