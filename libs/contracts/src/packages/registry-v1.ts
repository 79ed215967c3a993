/** `weir.registry.v1`, whose protos are several files. */
export * from '../generated/weir/registry/v1/registry.js';
export * from '../generated/weir/registry/v1/tenancy.js';
