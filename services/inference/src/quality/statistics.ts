export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What one chunk of text gave; the chunks are the independent samples, not the positions inside of them. */
export type Chunk = readonly number[];

const NORMAL_975 = 1.959_963_984_540_054;

/** 97.5 % quantiles of Student's t for 1, 2, 3 … degrees of freedom. */
const STUDENT_975 = [
  12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788, 2.1604, 2.1448, 2.1314,
  2.1199, 2.1098, 2.1009, 2.093, 2.086, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
];

export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/**
 * Mean over all positions with its 95 % interval. Neighbours in a text are alike, so that the spread is taken between chunks
 * (ratio estimator of cluster sampling, W. G. Cochran, Sampling Techniques, 1977, §9A); a single chunk is taken position by position.
 */
export function meanEstimate(chunks: readonly Chunk[]): Estimate {
  const all = chunks.flat();
  const value = mean(all);
  const clusters = chunks.length > 1 ? chunks : all.map((each) => [each]);
  const degrees = clusters.length - 1;
  if (degrees === 0) return { value, low: value, high: value };
  const squares = clusters.map((chunk) => (sum(chunk) - value * chunk.length) ** 2);
  const error = Math.sqrt((sum(squares) * clusters.length) / degrees) / all.length;
  const width = (STUDENT_975[degrees - 1] ?? NORMAL_975 + 2.4 / degrees) * error;
  return { value, low: value - width, high: value + width };
}

/** Share of successes with its 95 % interval (E. B. Wilson, JASA 22, 1927): sound at 0 and 1, too. */
export function shareEstimate(successes: number, trials: number): Estimate {
  const value = successes / trials;
  const z2 = NORMAL_975 ** 2;
  const centre = (successes + z2 / 2) / (trials + z2);
  const width = (NORMAL_975 / (trials + z2)) * Math.sqrt(successes * (1 - value) + z2 / 4);
  return {
    value,
    low: Math.max(0, Math.min(value, centre - width)),
    high: Math.min(1, Math.max(value, centre + width)),
  };
}

/** Smallest of the values that at least this share of them does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.ceil(share * sorted.length) - 1;
  return sorted[Math.min(sorted.length - 1, Math.max(0, rank))] ?? Number.NaN;
}

// Kahan's summation: thousands of small divergences after one large one keep their digits.
function sum(values: readonly number[]): number {
  let [total, lost] = [0, 0];
  for (const value of values) {
    const next = value - lost;
    const grown = total + next;
    lost = grown - total - next;
    total = grown;
  }
  return total;
}
