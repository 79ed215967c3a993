import 'reflect-metadata';
import type { WeirError } from '@weir/errors';
import type { RouteAccess } from '../access/route-access.js';

/** What handlers declare about their routes, and the request hooks read. */
export interface RouteConfig {
  readonly access?: RouteAccess;
  readonly errorBody?: (error: WeirError) => object;
  readonly rawBody?: boolean;
}

export type RouteDecorator = MethodDecorator & ClassDecorator;

/** Under this name Nest's Fastify adapter copies a handler's settings into the route, where the request hook reads them. */
const ROUTE_CONFIG = '__fastify_route_config__';

/** Errors of the route, or of every route of the controller, have this JSON body instead of the OpenAI API's. */
export function ErrorBody(errorBody: (error: WeirError) => object): RouteDecorator {
  return routeConfig('errorBody', errorBody);
}

/** The route gets its body as a Buffer, whatever its content type, instead of parsed JSON. */
export function RawBody(): RouteDecorator {
  return routeConfig('rawBody', true);
}

/** Sets one entry for a handler, or for every handler of a controller that has none of its own. */
export function routeConfig<K extends keyof RouteConfig>(key: K, value: RouteConfig[K]): RouteDecorator {
  return (target: object, _name?: string | symbol, descriptor?: PropertyDescriptor) => {
    if (descriptor) return declare(descriptor.value, key, value);
    const prototype: object = (target as { prototype: object }).prototype;
    for (const { value: member } of Object.values(Object.getOwnPropertyDescriptors(prototype))) {
      if (typeof member !== 'function' || member === target || configOf(member)[key] !== undefined) continue;
      declare(member, key, value);
    }
  };
}

/** What a handler method declares. */
export function configOf(handler: object): RouteConfig {
  return (Reflect.getMetadata(ROUTE_CONFIG, handler) as RouteConfig | undefined) ?? {};
}

function declare(handler: object, key: keyof RouteConfig, value: unknown): void {
  Reflect.defineMetadata(ROUTE_CONFIG, { ...configOf(handler), [key]: value }, handler);
}
