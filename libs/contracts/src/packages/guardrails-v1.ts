/** `weir.guardrails.v1`, whose protos are several files. */
export * from '../generated/weir/guardrails/v1/guardrails.js';
export * from '../generated/weir/guardrails/v1/policy.js';
