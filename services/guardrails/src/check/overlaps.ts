import type { DecidedFinding } from './decision.js';

/**
 * Findings without those that another one says as well: of equal spans under the same action the surest stays, and what
 * lies inside of a finding that is at least as sure goes with it. Sorted by place.
 */
export function withoutCovered(findings: readonly DecidedFinding[]): DecidedFinding[] {
  const byPath = Map.groupBy(findings, ({ path }) => path);
  return [...byPath.values()].flatMap((own) => surest(own.sort(byPlace)));
}

function surest(sorted: readonly DecidedFinding[]): DecidedFinding[] {
  const kept: DecidedFinding[] = [];
  /** By what is done about it: the one that reaches farthest. */
  const reaching = new Map<string, DecidedFinding>();
  for (const finding of sorted) {
    const key = `${finding.action} ${finding.shadow}`;
    const outer = reaching.get(key);
    if (outer && outer.end >= finding.end && outer.score >= finding.score) continue;
    kept.push(finding);
    if (!outer || finding.end >= outer.end) reaching.set(key, finding);
  }
  return kept;
}

/** In the order of the texts' paths and then of the places in them, however findings came about. */
export function inOrder(findings: readonly DecidedFinding[]): DecidedFinding[] {
  return findings.toSorted((one, other) => compare(one.path, other.path) || byPlace(one, other));
}

/** By the place where it begins, the longer one first, then the surer one. */
function byPlace(one: DecidedFinding, other: DecidedFinding): number {
  return (
    one.start - other.start || other.end - one.end || other.score - one.score || compare(one.detector, other.detector)
  );
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
