import 'reflect-metadata';
import { Injectable } from '@nestjs/common';
import { WeirError } from '@weir/errors';
import type { Access, Handlers, RpcServer, ServiceDefinition } from '@weir/grpc';
import type { Discovered } from './discovered.js';

const HANDLERS = Symbol('weir.grpc-handlers');

interface Declared {
  readonly definition: ServiceDefinition;
  readonly access: Access<ServiceDefinition>;
}

/** The class serves a gRPC service: one method per rpc, named as in the definition. Makes it injectable, too. */
export function GrpcHandlers<Def extends ServiceDefinition>(definition: Def, access: Access<Def>) {
  return (target: new (...args: never[]) => Handlers<Def>): void => {
    const declared: Declared = { definition, access };
    Reflect.defineMetadata(HANDLERS, declared, target);
    Injectable()(target);
  };
}

/**
 * Registers every class with `@GrpcHandlers`. Returns the full names of the gRPC services.
 * @throws WeirError `invalid_configuration` when a class lacks a method of its service.
 */
export function registerGrpcHandlers(found: readonly Discovered[], server: Pick<RpcServer, 'register'>): string[] {
  return found.flatMap(({ type, instance }) => {
    const declared: Declared | undefined = Reflect.getMetadata(HANDLERS, type);
    if (!declared) return [];
    server.register(declared.definition, boundTo(instance, declared.definition, type.name), declared.access);
    return [declared.definition.fullName];
  });
}

function boundTo(instance: object, definition: ServiceDefinition, owner: string): Handlers<ServiceDefinition> {
  const methods = Object.keys(definition.methods).map((name) => {
    const method: unknown = Reflect.get(instance, name);
    if (typeof method !== 'function') {
      throw new WeirError('invalid_configuration', `${owner} does not serve ${definition.fullName}/${name}.`);
    }
    return [name, method.bind(instance)];
  });
  return Object.fromEntries(methods);
}
