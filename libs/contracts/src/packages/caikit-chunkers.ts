/** The chunker service of the FMS Guardrails Orchestrator and the messages that it speaks. */
export * from '../generated/caikit/chunkers.js';
export * from '../generated/caikit/nlp.js';
