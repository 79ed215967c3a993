import type { PolicyRule } from '../../policy/policy.js';
import type { Match } from '../detector-slot.js';

/** A value that counts, with the rule that says what happens to it. */
export interface Finding {
  readonly match: Match;
  readonly rule: PolicyRule;
}

/** Overlapping values that get one replacement: that of the highest score, then the longest, then the first by id. */
export class FindingGroup {
  #best: Finding;
  #end: number;

  constructor(first: Finding) {
    this.#best = first;
    this.#end = valueEnd(first);
  }

  get best(): Finding {
    return this.#best;
  }

  /** Values that begin before it take part; their tails do not count. */
  get end(): number {
    return this.#end;
  }

  add(finding: Finding): void {
    if (rank(finding, this.#best) < 0) this.#best = finding;
    this.#end = Math.max(this.#end, valueEnd(finding));
  }
}

/** Where a value ends without its tail. */
export function valueEnd({ match }: Finding): number {
  return match.start + match.value.length;
}

function rank({ match: one }: Finding, { match: other }: Finding): number {
  const longer = other.value.length - one.value.length;
  return other.score - one.score || longer || compareIds(one, other) || one.start - other.start;
}

export function compareIds({ detector: one }: Match, { detector: other }: Match): number {
  if (one.id === other.id) return 0;
  return one.id < other.id ? -1 : 1;
}
