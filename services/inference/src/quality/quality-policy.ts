/** The most that quantizing may cost before a model is not served without somebody's decision. */
export interface QualityPolicy {
  readonly name: string;
  /** Nats. */
  readonly maxMeanKl: number;
  /** Share, 0 to 1. */
  readonly minSameTop: number;
}

const SIXTEEN_BIT = { name: '16-bit', maxMeanKl: 0.001, minSameTop: 0.97 };
const EIGHT_BIT = { name: '8-bit', maxMeanKl: 0.005, minSameTop: 0.97 };
const SIX_BIT = { name: '6-bit', maxMeanKl: 0.02, minSameTop: 0.95 };
const FIVE_BIT = { name: '5-bit', maxMeanKl: 0.04, minSameTop: 0.9 };
const FOUR_BIT = { name: '4-bit', maxMeanKl: 0.08, minSameTop: 0.85 };

/** Positions below which a report is too short to be believed. */
export const LEAST_POSITIONS = 1_000;

/** The policy of a type of weights, as in `Q4_K_M`. Fewer bits than four have that of four; an unknown type has that of eight. */
export function policyOf(type: string): QualityPolicy {
  if (/^(F32|F16|BF16)$/.test(type)) return SIXTEEN_BIT;
  const bits = Number(/^I?T?Q(\d)/.exec(type)?.[1] ?? Number.NaN);
  if (bits <= 4) return FOUR_BIT;
  if (bits === 5) return FIVE_BIT;
  return bits === 6 ? SIX_BIT : EIGHT_BIT;
}
