import { createHash, createHmac } from 'node:crypto';
import type { CheckFinding } from '../detector/text-check.js';
import { strongest, type Action, type Category, type Stage } from '../detector/verdict-words.js';
import type { Match } from '../filter/detector-slot.js';
import type { CompiledPolicy, PolicyRule } from '../policy/policy.js';
import type { FiredRule } from '../rules/rule-set.js';
import type { CountedFinding } from './check-pass.js';

/** A finding as every wire tells it: where, how sure, what is done; the value only as a hash. */
export interface DecidedFinding {
  readonly detector: string;
  readonly action: Action;
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
  readonly threshold: number;
  readonly category: Category;
  readonly entity: string;
  readonly hazard: string;
  readonly owasp: string;
  readonly shadow: boolean;
  readonly valueHash: string;
}

export interface CheckOutcome {
  readonly check: string;
  readonly score: number;
  readonly threshold: number;
  readonly status: 'ok' | 'failed' | 'timed_out' | 'skipped';
  readonly durationUs: number;
  readonly degradedTo: string;
}

/** What was decided, without when and how fast: equal for equal input and policy versions. */
export interface Verdict {
  readonly policy: CompiledPolicy;
  readonly stage: Stage;
  readonly action: Action;
  readonly findings: readonly DecidedFinding[];
  /** Values that were found and are not among the findings, since there were so many. */
  readonly omitted: number;
  readonly checks: readonly CheckOutcome[];
  /** Checks that failed and were passed over. */
  readonly passedUnchecked: readonly string[];
  readonly trace: readonly FiredRule[];
  /** What a client is told instead of what was blocked. */
  readonly message: string;
  readonly approvedBy: string;
  readonly characters: number;
}

/** One decision, on its way to its caller and to its event. */
export interface Decision extends Verdict {
  readonly id: string;
  readonly digest: string;
  readonly heldBack: number;
  readonly durationUs: number;
  readonly decidedAt: number;
  /** require_approval: what a person has to approve; empty otherwise. */
  readonly approvalRequest: string;
}

/** Most findings that a verdict lists; those beyond are counted. */
export const MAX_FINDINGS = 100;

/** The strongest action of what was found and acted on. */
export function actionOf(findings: Iterable<DecidedFinding>): Action {
  const actions: Action[] = [];
  for (const { shadow, action } of findings) if (!shadow) actions.push(action);
  return strongest(actions);
}

/** A value that was found, as it is told. */
export function decidedMatch(path: string, match: Match, rule: PolicyRule, salt: string): DecidedFinding {
  const { start, end, score, value, detector } = match;
  return decided({ ...detector, path, start, end, score }, { check: detector.id, rule, value, salt });
}

/** What a check saw, as it is told. `text`: the original that its span points into. */
export function decidedCheck({ check, finding, rule }: CountedFinding, text: string, salt: string): DecidedFinding {
  return decided(finding, { check, rule, value: text.slice(finding.start, finding.end), salt });
}

function decided(
  { path, start, end, score, category, entity, hazard = '', owasp = '' }: CheckFinding,
  { check, rule, value, salt }: { check: string; rule: PolicyRule; value: string; salt: string },
): DecidedFinding {
  const { action, threshold, shadow } = rule;
  const place = { detector: check, action, path, start, end, score, threshold };
  return { ...place, category, entity, hazard, owasp, shadow, valueHash: hashValue(value, salt) };
}

/** Hash by which equal values can be counted but not recovered without the salt. */
export function hashValue(value: string, salt: string): string {
  return createHmac('sha256', salt).update(value).digest('hex').slice(0, 32);
}

/** SHA-256 over everything that a verdict says, in a fixed order; ids, times and durations are not part of it. */
export function digestOf(verdict: Verdict, salt: string): string {
  const { policy, stage, action, findings, omitted, checks, passedUnchecked, trace, message, characters } = verdict;
  const said = {
    policies: policy.versions,
    sha256: policy.sha256,
    stage,
    action,
    findings,
    omitted,
    checks: checks.map(({ check, score, threshold, status, degradedTo }) => [
      check,
      score,
      threshold,
      status,
      degradedTo,
    ]),
    passedUnchecked,
    trace: trace.map((step) => ruleStep(step, salt)),
    message,
    characters,
  };
  return createHash('sha256').update(JSON.stringify(said)).digest('hex');
}

/** A rule as it is told: numbers and truths as they are, texts hashed, since they may come from a prompt. */
export function ruleStep({ rule, read, conclusion }: FiredRule, salt: string) {
  const facts = read.map(([name, value]) => `${name}=${typeof value === 'string' ? hashValue(value, salt) : value}`);
  return { rule, facts, conclusion };
}
