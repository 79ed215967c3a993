import type { RouteState } from '@weir/contracts';
import type { Principal } from '@weir/grpc';
import { isVisible } from '../routing/candidates.js';

/** A route as the OpenAI API lists models. */
export interface ListedModel {
  readonly id: string;
  readonly object: 'model';
  /** Seconds since the epoch. */
  readonly created: number;
  readonly owned_by: string;
}

/** The routes that a caller may use, by name. */
export function visibleModels(routes: readonly RouteState[], principal: Principal): ListedModel[] {
  return routes
    .filter((route) => isVisible(route, principal))
    .map(listed)
    .sort((left, right) => (left.id < right.id ? -1 : 1));
}

export function listed(route: RouteState): ListedModel {
  return {
    id: route.alias,
    object: 'model',
    created: Math.floor(route.created_at / 1000),
    owned_by: route.organization_id || 'weir',
  };
}
