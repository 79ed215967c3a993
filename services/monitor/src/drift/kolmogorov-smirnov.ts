import { kolmogorovSurvival } from './kolmogorov-distribution.js';

export interface KolmogorovSmirnov {
  /** sup |F - G|, 0 to 1. */
  readonly statistic: number;
  /** kstwo.sf(statistic, round(mn / (m + n))), as scipy's `ks_2samp(method='asymp')`. */
  readonly pValue: number;
}

/** The two-sample Kolmogorov-Smirnov test. Both samples must have values; at most 2000 each keep it within milliseconds. */
export function kolmogorovSmirnov(reference: readonly number[], current: readonly number[]): KolmogorovSmirnov {
  const statistic = largestGap(ascending(reference), ascending(current));
  const effective = (reference.length * current.length) / (reference.length + current.length);
  return { statistic, pValue: kolmogorovSurvival(statistic, Math.max(1, Math.round(effective))) };
}

const ascending = (values: readonly number[]) => Float64Array.from(values).sort();

/** Compares the distribution functions where they jump, after all values that are equal there. */
function largestGap(reference: Float64Array, current: Float64Array): number {
  let gap = 0;
  let i = 0;
  let j = 0;
  while (i < reference.length && j < current.length) {
    const value = Math.min(reference[i] ?? 0, current[j] ?? 0);
    while (i < reference.length && reference[i] === value) i++;
    while (j < current.length && current[j] === value) j++;
    gap = Math.max(gap, Math.abs(i / reference.length - j / current.length));
  }
  return gap;
}
