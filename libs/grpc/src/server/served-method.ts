import type { CallContext, AccessRule } from '../rpc/call.js';
import type { Codec, Handlers, ServiceDefinition } from '../rpc/definition.js';

type Invoke = (request: unknown, call: CallContext) => unknown;

/** One method of a registered service, without its types. */
export interface ServedMethod {
  /** As on the wire, for example `/weir.guardrails.v1.GuardrailsService/Check`. */
  readonly path: string;
  readonly service: string;
  readonly name: string;
  readonly requestType: Codec;
  readonly responseType: Codec;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly access: AccessRule;
  readonly invoke: Invoke;
}

export function methodPath(definition: ServiceDefinition, name: string): string {
  return `/${definition.fullName}/${name}`;
}

/** The methods of a definition, each with its handler and its access rule; a method without a rule is closed to all. */
export function servedMethods<Def extends ServiceDefinition>(
  definition: Def,
  handlers: Handlers<Def>,
  access: { readonly [K in keyof Def['methods']]?: AccessRule },
): ServedMethod[] {
  return Object.entries(definition.methods).map(([key, method]) => ({
    path: methodPath(definition, method.name),
    service: definition.fullName,
    name: method.name,
    requestType: method.requestType,
    responseType: method.responseType,
    requestStream: method.requestStream,
    responseStream: method.responseStream,
    access: access[key] ?? {},
    invoke: (request, call) => (handlers as Record<string, Invoke>)[key]?.call(handlers, request, call),
  }));
}
