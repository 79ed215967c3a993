import type { guardrailsV1 } from '@weir/contracts';

type RequestState = guardrailsV1.RequestState;

/** What is known after another decision on the same request: nothing that was known before gets lost. */
export function mergedState(
  before: RequestState | undefined,
  after: RequestState | undefined,
): RequestState | undefined {
  if (!before || !after) return after ?? before;
  const pseudonyms = new Map([...before.pseudonyms, ...after.pseudonyms].map((pair) => [pair.pseudonym, pair]));
  return {
    pseudonyms: [...pseudonyms.values()],
    canaries: [...new Set([...before.canaries, ...after.canaries])],
    downgraded: before.downgraded || after.downgraded,
    maxOutputTokens: smaller(before.maxOutputTokens, after.maxOutputTokens),
    needsContext: before.needsContext || after.needsContext,
  };
}

/** The smaller limit; 0 is none. */
function smaller(left: number, right: number): number {
  return left > 0 && right > 0 ? Math.min(left, right) : Math.max(left, right);
}
