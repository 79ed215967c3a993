import type { INestApplicationContext } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';

/** An instance that Nest made, with its class. */
export interface Discovered {
  readonly type: abstract new (...args: never[]) => object;
  readonly instance: object;
}

/** Every provider and controller of the application, each once. */
export function discover(app: INestApplicationContext): Discovered[] {
  const discovery = app.get(DiscoveryService);
  const found = new Map<object, Discovered>();
  for (const { instance, metatype } of [...discovery.getProviders(), ...discovery.getControllers()]) {
    if (typeof instance !== 'object' || instance === null || typeof metatype !== 'function') continue;
    found.set(instance, { type: instance.constructor as Discovered['type'], instance });
  }
  return [...found.values()];
}
