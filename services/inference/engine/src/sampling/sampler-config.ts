import type { Token } from 'node-llama-cpp';
import type { SamplerConfig } from '../model/native.js';
import type { SamplingOptions } from '../protocol.js';

/** Bias from which on a token is never sampled. */
const BAN = -100;
/** Tokens that penalties look back over. */
const PENALTY_WINDOW = 1_024;

export interface SamplerContext {
  readonly promptTokens: readonly Token[];
  /** Tokens that would end the answer. */
  readonly endTokens: readonly Token[];
  /** The answer must not end yet. */
  readonly mustGoOn: boolean;
}

/** The chain of samplers that a request asked for. Settings that change nothing have no sampler. */
export function samplerConfig(sampling: SamplingOptions, context: SamplerContext): SamplerConfig {
  const { temperature, seed, topK, topP, minP } = sampling;
  return {
    temperature,
    seed,
    ...(topK > 0 ? { topK } : {}),
    ...(topP < 1 ? { topP } : {}),
    ...(minP > 0 ? { minP } : {}),
    ...penalties(sampling, context.promptTokens),
    ...biases(sampling, context.mustGoOn ? context.endTokens : []),
  };
}

/** Penalties count what was generated; a repetition penalty alone counts the prompt, too, as its other servers do. */
function penalties(sampling: SamplingOptions, prompt: readonly Token[]): Partial<SamplerConfig> {
  const { repetitionPenalty, frequencyPenalty, presencePenalty } = sampling;
  const counted = frequencyPenalty !== 0 || presencePenalty !== 0;
  if (repetitionPenalty === 1 && !counted) return {};
  return {
    repeatPenalty: repetitionPenalty,
    repeatPenaltyFrequencyPenalty: frequencyPenalty,
    repeatPenaltyPresencePenalty: presencePenalty,
    repeatPenaltyMaxTokens: PENALTY_WINDOW,
    repeatPenaltyTokens: Uint32Array.from(counted ? [] : prompt.slice(-PENALTY_WINDOW)),
  };
}

function biases({ logitBias }: SamplingOptions, banned: readonly Token[]): Partial<SamplerConfig> {
  const byToken = new Map(logitBias.map(([token, bias]) => [token, bias <= BAN ? -Infinity : bias]));
  for (const token of banned) byToken.set(token, -Infinity);
  if (byToken.size === 0) return {};
  return {
    tokenBiasKeys: Uint32Array.from(byToken.keys()),
    tokenBiasValues: Float32Array.from(byToken.values()),
  };
}
