import type { DeploymentState, RouteState } from '@weir/contracts';
import type { Principal } from '@weir/grpc';
import type { Target } from '../admission/amounts.js';
import type { PriceInForce } from '../admission/price-book.js';

/** A deployment that may answer a request, with the price that it would be answered at. */
export interface Candidate extends Target {
  readonly deploymentId: string;
  readonly weight: number;
  readonly modelName: string;
  readonly modelVersion: number;
  readonly providerName: string;
  readonly priceId: string;
}

/** What the snapshots know, as far as candidates need it. */
export interface Knowledge {
  deployment(id: string): DeploymentState | undefined;
  priceOf(modelName: string): PriceInForce | undefined;
}

/** True when the caller's project may use the route. */
export function isVisible(route: RouteState, principal: Pick<Principal, 'organizationId' | 'projectId'>): boolean {
  if (route.organization_id !== '' && route.organization_id !== principal.organizationId) return false;
  return route.project_ids.length === 0 || route.project_ids.includes(principal.projectId);
}

export type Candidates =
  | { readonly kind: 'found'; readonly candidates: readonly Candidate[] }
  | { readonly kind: 'none_running' }
  | { readonly kind: 'none_priced' };

/** The targets of a route that are meant to run and have a price. */
export function candidatesOf(route: RouteState, known: Knowledge): Candidates {
  const candidates: Candidate[] = [];
  let running = 0;
  for (const { deployment_id, weight } of route.targets) {
    const deployment = weight > 0 ? known.deployment(deployment_id) : undefined;
    if (deployment?.desired_state !== 'running') continue;
    running += 1;
    const price = known.priceOf(deployment.model_name);
    if (price) candidates.push(candidateOf(deployment, weight, price));
  }
  if (candidates.length > 0) return { kind: 'found', candidates };
  return { kind: running > 0 ? 'none_priced' : 'none_running' };
}

function candidateOf(deployment: DeploymentState, weight: number, price: PriceInForce): Candidate {
  const { engine } = deployment;
  const hosted = engine.kind === 'llamacpp';
  return {
    deploymentId: deployment.id,
    weight,
    modelName: deployment.model_name,
    modelVersion: deployment.version,
    providerName: hosted ? 'weir.llamacpp' : 'openai',
    // Only hosted engines have their context from us; what is configured for an upstream does not bound it.
    contextTokens: hosted ? engine.context_tokens : undefined,
    maxOutputTokens: engine.max_output_tokens,
    priceId: price.id,
    price: price.price,
  };
}
