export {
  optionsFrom,
  type Access,
  type AccessRule,
  type CallContext,
  type CallOptions,
  type PeerIdentity,
  type PeerName,
  type Principal,
} from './rpc/call.js';
export type {
  Client,
  Codec,
  Handlers,
  MethodDefinition,
  PartialRequestOf,
  PartialResponseOf,
  RequestOf,
  ResponseOf,
  ServiceDefinition,
} from './rpc/definition.js';
export { DEFAULT_LIMITS, type RpcLimits } from './rpc/limits.js';
export { createMeshCertificates } from './identity/certificates.js';
export { Mesh, type MeshOptions } from './identity/mesh.js';
export { RpcClients, type RpcClientsOptions } from './client/rpc-clients.js';
export { RpcServer, type RpcServerOptions } from './server/rpc-server.js';
