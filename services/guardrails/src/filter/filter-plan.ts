import type { DetectorSpec } from '../detector/detector.js';
import type { PolicyRule } from '../policy/policy.js';
import type { Scanner } from './scanner.js';

/** Which rule a value falls under; undefined = none counts it at this score. */
export type RuleLookup = (detectorId: string, score: number) => PolicyRule | undefined;

/** What a stream is filtered by: compiled once for a policy version and stage, used by all of its streams. */
export interface FilterPlan {
  readonly detectors: readonly DetectorSpec[];
  /** All detectors in one automaton. */
  readonly scanner: Scanner;
  /** Most characters that can be undecided at once, computed from the patterns. */
  readonly maxHoldback: number;
  readonly ruleOf: RuleLookup;
}
