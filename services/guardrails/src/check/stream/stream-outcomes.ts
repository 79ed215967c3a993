import type { CheckOutcome } from '../decision.js';

type Status = CheckOutcome['status'];

/** Of several runs of one check the status that says most. */
const RANK: Readonly<Record<Status, number>> = { skipped: 0, ok: 1, timed_out: 2, failed: 3 };

/** How the checks of a stream went: all runs of a check under one threshold as one, in whatever order they ended. */
export class StreamOutcomes {
  readonly #outcomes = new Map<string, CheckOutcome>();

  get all(): CheckOutcome[] {
    return [...this.#outcomes].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, outcome]) => outcome);
  }

  add(outcome: CheckOutcome): void {
    const key = `${outcome.check} ${outcome.threshold}`;
    const known = this.#outcomes.get(key);
    this.#outcomes.set(key, known ? joined(known, outcome) : outcome);
  }
}

function joined(known: CheckOutcome, outcome: CheckOutcome): CheckOutcome {
  return {
    ...known,
    score: Math.max(known.score, outcome.score),
    status: RANK[outcome.status] > RANK[known.status] ? outcome.status : known.status,
    durationUs: known.durationUs + outcome.durationUs,
    degradedTo: known.degradedTo || outcome.degradedTo,
  };
}
