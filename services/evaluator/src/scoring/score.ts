import type { MetricName } from '../suite/suite.js';
import type { Judgement } from './judge.js';

/** What became of one item: judged, or without an answer. */
export type ItemOutcome = Judgement | 'failed';

export interface Score {
  readonly metric: MetricName;
  /** Share of right answers, 0 to 1. */
  readonly value: number;
  /** sqrt(p(1-p)/(n-1)), the sample standard deviation / sqrt(n); 0 for one sample, about which nothing is known. */
  readonly standardError: number;
  /** Answers that were judged. */
  readonly samples: number;
}

/** Counts outcomes by metric. */
export class Tally {
  readonly #counts = new Map<MetricName, Record<ItemOutcome, number>>();

  add(metric: MetricName, outcome: ItemOutcome): void {
    const counts = this.#counts.get(metric) ?? { correct: 0, wrong: 0, unparsable: 0, failed: 0 };
    counts[outcome] += 1;
    this.#counts.set(metric, counts);
  }

  get done(): number {
    return this.#sum(({ correct, wrong, unparsable, failed }) => correct + wrong + unparsable + failed);
  }

  get failed(): number {
    return this.#sum(({ failed }) => failed);
  }

  /** Metrics with at least one judged answer, by name. */
  scores(): Score[] {
    return [...this.#counts]
      .map(([metric, { correct, wrong, unparsable }]) => scoreOf(metric, correct, correct + wrong + unparsable))
      .filter(({ samples }) => samples > 0)
      .sort((a, b) => (a.metric < b.metric ? -1 : 1));
  }

  /**
   * Whether every metric reaches the threshold. Items without an answer count as wrong here: otherwise a model could pass
   * by failing on what it does not know.
   */
  passes(threshold: number): boolean {
    return [...this.#counts.values()].every(({ correct, wrong, unparsable, failed }) => {
      return correct / (correct + wrong + unparsable + failed) >= threshold;
    });
  }

  #sum(of: (counts: Record<ItemOutcome, number>) => number): number {
    return [...this.#counts.values()].reduce((total, counts) => total + of(counts), 0);
  }
}

function scoreOf(metric: MetricName, correct: number, samples: number): Score {
  const value = samples === 0 ? 0 : correct / samples;
  const standardError = samples > 1 ? Math.sqrt((value * (1 - value)) / (samples - 1)) : 0;
  return { metric, value, standardError, samples };
}
