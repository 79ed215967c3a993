import type { Scope } from '@weir/contracts';
import { configOf, routeConfig, type RouteDecorator } from '../http/route-config.js';

/** Who may call an HTTP route: everybody, or the holder of a key with a scope (`admin` has every scope). */
export type RouteAccess = 'public' | KeyAccess;

export interface KeyAccess {
  readonly scope: Scope;
  /** Headers that clients of another API send their key in, lower case; a bearer token is taken on every route. */
  readonly keyHeaders?: readonly string[];
}

/** The route, or every route of the controller that says nothing else, needs a key with this scope. */
export function Access({ scope, keyHeaders }: KeyAccess): RouteDecorator {
  return routeConfig('access', { scope, ...(keyHeaders ? { keyHeaders } : {}) });
}

/** The route, or every route of the controller that says nothing else, is open to everybody. */
export function Public(): RouteDecorator {
  return routeConfig('access', 'public');
}

/** What a handler method declares; undefined when it declares nothing, which refuses everybody. */
export function accessOf(handler: object): RouteAccess | undefined {
  return configOf(handler).access;
}
