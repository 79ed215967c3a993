import type { PolicyRule } from '../../policy/policy.js';
import type { CountedFinding } from '../check-pass.js';

interface Told {
  readonly check: string;
  readonly entity: string;
  readonly rule: PolicyRule;
  /** Places in the whole text. */
  readonly start: number;
  readonly end: number;
}

/** What checks have told about one text that they judge piece by piece, each piece with the end of those before. */
export class ToldFindings {
  #told: readonly Told[] = [];

  /**
   * Findings that were not told before: what lies in text that has left counts once, also when it only counts together
   * with what came after it. `from`: where, in what was judged, the piece begins; `offset`: of what was judged.
   */
  news(counted: readonly CountedFinding[], from: number, offset: number): CountedFinding[] {
    const news = counted.filter((found) => found.finding.end > from || !this.#knows(placed(found, offset)));
    this.#told = [...this.#told.filter(({ end }) => end >= offset), ...news.map((found) => placed(found, offset))];
    return news;
  }

  #knows({ check, entity, rule, start, end }: Told): boolean {
    const touches = (told: Told) => told.start <= end && start <= told.end;
    return this.#told.some(
      (told) => told.check === check && told.entity === entity && told.rule === rule && touches(told),
    );
  }
}

function placed({ check, rule, finding: { entity, start, end } }: CountedFinding, offset: number): Told {
  return { check, rule, entity, start: start + offset, end: end + offset };
}
