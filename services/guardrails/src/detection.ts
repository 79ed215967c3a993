/** The detection engine without its service, for benchmarks and for tools that run in their own process. */
export { ConversationPart } from './check/conversation.js';
export { builtInCatalogue } from './detector/built-in-catalogue.js';
export type { CheckFinding, TextCheck } from './detector/text-check.js';
export { readWeights } from './detector/weights.repository.js';
export { StreamFilter } from './filter/stream-filter.js';
export { packageFolder } from './package-root.js';
export { compilePolicy } from './policy/compile-policy.js';
export type { CompiledPolicy } from './policy/policy.js';
export { viewsOf } from './text/views-of.js';
