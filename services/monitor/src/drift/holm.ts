/**
 * Holm's step-down correction: p-values of a family of tests, adjusted so that calling those ≤ α significant keeps the
 * chance of any false alarm in the family ≤ α. Same order as given; never below the raw value, never above 1.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((pValue, index) => ({ pValue, index })).sort((a, b) => a.pValue - b.pValue);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let least = 0;
  order.forEach(({ pValue, index }, rank) => {
    least = Math.max(least, Math.min(1, pValue * (pValues.length - rank)));
    adjusted[index] = least;
  });
  return adjusted;
}
