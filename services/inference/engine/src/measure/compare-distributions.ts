/** A distribution over the vocabulary as float32 weights; what they sum to does not matter. */
export type Weights = Float32Array;

export interface Comparison {
  /** Nats. */
  readonly kl: number;
  readonly parentNll: number;
  readonly candidateNll: number;
  readonly sameTop: boolean;
}

/** Smallest float32 above 0: what an underflown weight may have been at most. */
const LEAST = 2 ** -149;

/**
 * Compares two distributions over the same vocabulary at one position of a text that goes on with the token `next`.
 * llama.cpp sums its softmax in float32, which is off by some 1e-4: the weights are normalised again in float64.
 */
export function compareDistributions(parent: Weights, candidate: Weights, next: number): Comparison {
  const [before, after] = [logSum(parent), logSum(candidate)];
  const share = Math.exp(-before);
  let kl = 0;
  for (let token = 0; token < parent.length; token++) {
    const weight = parent[token]!;
    if (weight === 0) continue;
    const ratio = Math.log(weight) - before - (logOf(candidate, token) - after);
    kl += share * weight * ratio;
  }
  return {
    // Never negative by Gibbs' inequality; rounding may make it so.
    kl: Math.max(0, kl),
    parentNll: before - logOf(parent, next),
    candidateNll: after - logOf(candidate, next),
    sameTop: topOf(parent) === topOf(candidate),
  };
}

function logOf(weights: Weights, token: number): number {
  return Math.log(Math.max(weights[token] ?? 0, LEAST));
}

function logSum(weights: Weights): number {
  let sum = 0;
  for (const weight of weights) sum += weight;
  return Math.log(sum);
}

/** The lowest of those tokens that nothing outweighs. */
function topOf(weights: Weights): number {
  let top = 0;
  for (let token = 1; token < weights.length; token++) if (weights[token]! > weights[top]!) top = token;
  return top;
}
