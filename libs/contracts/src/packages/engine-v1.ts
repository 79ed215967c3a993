/** `weir.engine.v1`, whose protos are several files. */
export * from '../generated/weir/engine/v1/devices.js';
export * from '../generated/weir/engine/v1/engine.js';
export * from '../generated/weir/engine/v1/quality.js';
