import 'reflect-metadata';
import type { Scope } from '@weir/contracts';

/** Who may call an HTTP route: everybody, or the holder of a key with a scope (`admin` has every scope). */
export type RouteAccess = 'public' | { readonly scope: Scope };

/** Under this name Nest's Fastify adapter copies a handler's settings into the route, where the request hook reads them. */
const ROUTE_CONFIG = '__fastify_route_config__';

type RouteDecorator = MethodDecorator & ClassDecorator;

/** The route, or every route of the controller that says nothing else, needs a key with this scope. */
export function Access(options: { readonly scope: Scope }): RouteDecorator {
  return routeAccess({ scope: options.scope });
}

/** The route, or every route of the controller that says nothing else, is open to everybody. */
export function Public(): RouteDecorator {
  return routeAccess('public');
}

/** What a handler method declares; undefined when it declares nothing, which refuses everybody. */
export function accessOf(handler: object): RouteAccess | undefined {
  const config: { access?: RouteAccess } | undefined = Reflect.getMetadata(ROUTE_CONFIG, handler);
  return config?.access;
}

function routeAccess(access: RouteAccess): RouteDecorator {
  return (target: object, _name?: string | symbol, descriptor?: PropertyDescriptor) => {
    if (descriptor) return declare(descriptor.value, access);
    const prototype: object = (target as { prototype: object }).prototype;
    for (const { value } of Object.values(Object.getOwnPropertyDescriptors(prototype))) {
      if (typeof value === 'function' && value !== target && !accessOf(value)) declare(value, access);
    }
  };
}

function declare(handler: object, access: RouteAccess): void {
  const config: object = Reflect.getMetadata(ROUTE_CONFIG, handler) ?? {};
  Reflect.defineMetadata(ROUTE_CONFIG, { ...config, access }, handler);
}
