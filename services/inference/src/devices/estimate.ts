/** What of a GGUF file decides how much memory it takes. */
export interface ModelShape {
  /** Size of the weights. */
  readonly weightBytes: number;
  readonly layers: number;
  readonly embeddingLength: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly vocabulary: number;
}

export interface RunShape {
  readonly slots: number;
  readonly contextTokens: number;
  /** Tokens of the largest batch. */
  readonly batchTokens: number;
}

/** Keys and values are kept as 16-bit floats. */
const KV_BYTES = 2;
const F32_BYTES = 4;
/** Activations that are alive at once, as multiples of the embedding; assumed, on the high side. */
const LIVE_ACTIVATIONS = 24;

/**
 * Bytes that a model takes while it runs: weights, KV cells of all slots, and the buffers of one batch. The engine itself
 * checks with llama.cpp's own numbers before it loads; this decides where it is sent.
 */
export function estimateBytes(model: ModelShape, run: RunShape): number {
  const headSize = model.heads === 0 ? 0 : model.embeddingLength / model.heads;
  const cells = run.slots * run.contextTokens;
  const kv = 2 * model.layers * cells * model.kvHeads * headSize * KV_BYTES;
  const logits = run.batchTokens * model.vocabulary * F32_BYTES;
  const activations = run.batchTokens * model.embeddingLength * LIVE_ACTIVATIONS * F32_BYTES;
  return Math.ceil(model.weightBytes + kv + logits + activations);
}
