/** A margin with its answer. */
export interface Judged {
  readonly margin: number;
  readonly positive: boolean;
}

/** The smallest offset at which at most `rate` of the negatives lie at or above it. */
export function offsetForFalseAlarms(judged: readonly Judged[], rate: number): number {
  const margins = judged.filter((one) => !one.positive).map((one) => one.margin);
  margins.sort((one, other) => other - one);
  const allowed = Math.floor(rate * margins.length);
  const highest = margins[allowed] ?? Number.NEGATIVE_INFINITY;
  const above = allowed === 0 ? highest + 0.1 : margins[allowed - 1]!;
  return Number.isFinite(highest) ? (highest + above) / 2 : 0;
}

/**
 * Slope of a logistic curve through a given offset (Platt scaling with the offset held): maximum likelihood over both
 * classes with equal weight, within bounds that keep probabilities readable.
 */
export function slopeAt(judged: readonly Judged[], offset: number): number {
  const positives = judged.filter((one) => one.positive).length;
  const negatives = judged.length - positives;
  if (positives === 0 || negatives === 0) return 1;
  let best = { slope: 1, loss: Number.POSITIVE_INFINITY };
  for (let slope = 0.25; slope <= 8; slope *= 1.1) {
    let loss = 0;
    for (const { margin, positive } of judged) {
      const signed = slope * (margin - offset) * (positive ? 1 : -1);
      const penalty = signed > 30 ? 0 : signed < -30 ? -signed : Math.log1p(Math.exp(-signed));
      loss += penalty / (positive ? positives : negatives);
    }
    if (loss < best.loss) best = { slope, loss };
  }
  return best.slope;
}
