import type { CheckFinding } from '../detector/text-check.js';
import type { PolicyCheck } from '../policy/policy.js';

/** How one check of a decision went. */
export interface CheckRun {
  readonly policyCheck: PolicyCheck;
  readonly status: 'ok' | 'failed' | 'timed_out' | 'skipped';
  readonly findings: readonly CheckFinding[];
  readonly durationUs: number;
  /** Id of the check that answered in its place; empty = itself. */
  readonly degradedTo: string;
  /** decided: findings count. unchecked: it failed and its policy lets the text pass. refused: it failed and nothing may pass. */
  readonly outcome: 'decided' | 'unchecked' | 'refused';
}
