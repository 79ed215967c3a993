import type { TensorPlan } from '@weir/gguf';
import { isPrintable, TEXT, tinyVocabulary } from './tiny-model-vocabulary.js';

/** Size of the constant that every hidden state carries in its first place, so that the output can favour tokens. */
const CONSTANT = 4;
/** Weight of that constant for tokens that should not be written: several units below the others' logits. */
const DISFAVOUR = -12;
/** Spread of the other logits: wide enough for few ties, narrow enough for variety. */
const LOGIT_SPREAD = 0.25;

/**
 * What a matrix is scaled by, so that attention is sharp and weighs enough beside the token itself: an answer then depends on
 * its whole prompt, and a wrong token in a cache shows.
 */
const GAIN: Readonly<Record<string, number>> = { attn_q: 3, attn_k: 3, attn_output: 4, ffn_down: 3 };

/** Weights of one tensor after the other, in a fixed order: the same numbers for the same seed on every machine. */
export function tinyWeights(seed: number): (tensor: TensorPlan) => Float32Array {
  const random = bellShaped(seed);
  return (tensor) => {
    const { name, dimensions } = tensor;
    const [columns = 0, rows = 1] = dimensions;
    const weights = new Float32Array(columns * rows);
    if (name.endsWith('norm.weight')) return weights.fill(1);
    const spread = spreadOf(name, columns);
    for (let i = 0; i < weights.length; i += 1) weights[i] = random() * spread;
    if (name === 'token_embd.weight') for (let row = 0; row < rows; row += 1) weights[row * columns] = CONSTANT;
    if (name === 'output.weight') disfavour(weights, columns);
    // No layer adds to the constant.
    if (/attn_output|ffn_down/.test(name)) weights.fill(0, 0, columns);
    return weights;
  };
}

function spreadOf(name: string, columns: number): number {
  if (name === 'token_embd.weight') return 1;
  if (name === 'output.weight') return LOGIT_SPREAD;
  return (GAIN[name.split('.')[2] ?? ''] ?? 1) / Math.sqrt(columns);
}

function disfavour(weights: Float32Array, columns: number): void {
  const { tokens, types } = tinyVocabulary();
  tokens.forEach((token, row) => {
    weights[row * columns] = types[row] === TEXT && isPrintable(token) ? 0 : DISFAVOUR;
  });
}

/** Sums of uniform numbers instead of logarithms and cosines, whose last bits differ between machines. */
function bellShaped(seed: number): () => number {
  const uniform = mulberry32(seed);
  return () => uniform() + uniform() + uniform() + uniform() - 2;
}

function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
