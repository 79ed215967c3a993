import { strongest } from '../../detector/verdict-words.js';
import { actionOf, type CheckOutcome, type DecidedFinding, type Decision, type Verdict } from '../../check/decision.js';
import type { Inspector } from './inspectors.js';

/** What counts of a decision for who asked. */
export interface CountedDecision {
  readonly decision: Decision;
  readonly findings: readonly DecidedFinding[];
}

/** The findings that count: under the threshold that was asked for, else under the inspector's own. */
export function countedDecision(
  decision: Decision,
  { threshold: own }: Inspector,
  asked: number | undefined,
): CountedDecision {
  const threshold = asked ?? own;
  const shown = decision.findings.filter(({ shadow }) => !shadow);
  if (threshold === undefined) return { decision, findings: shown };
  const counted = shown.filter(({ score }) => score >= threshold);
  return {
    decision,
    findings: counted.map((finding) => ({ ...finding, threshold: Math.max(finding.threshold, threshold) })),
  };
}

/** One verdict over the texts of a request that were decided on one by one; undefined for none. */
export function joinedVerdict(decided: readonly CountedDecision[], { kind }: Inspector): Verdict | undefined {
  const [first] = decided;
  if (!first) return undefined;
  const decisions = decided.map(({ decision }) => decision);
  const findings = decided.flatMap((one) => one.findings);
  const actions = decisions.map(({ action }) => action);
  const { policy, stage } = first.decision;
  return {
    policy,
    stage,
    // The rules of a policy decide beyond its findings.
    action: kind === 'policy' ? strongest(actions) : actionOf(findings),
    findings,
    omitted: decisions.reduce((sum, { omitted }) => sum + omitted, 0),
    checks: joinedOutcomes(decisions.flatMap(({ checks }) => checks)),
    passedUnchecked: [...new Set(decisions.flatMap(({ passedUnchecked }) => passedUnchecked))],
    trace: decisions.flatMap(({ trace }) => trace),
    message: first.decision.message,
    approvedBy: '',
    characters: decisions.reduce((sum, { characters }) => sum + characters, 0),
  };
}

/** Each check once: its highest score and all of its time. */
function joinedOutcomes(outcomes: readonly CheckOutcome[]): CheckOutcome[] {
  const joined = new Map<string, CheckOutcome>();
  for (const outcome of outcomes) {
    const known = joined.get(outcome.check);
    const worse = known && known.status !== 'ok' ? known : outcome;
    joined.set(outcome.check, {
      ...worse,
      score: Math.max(known?.score ?? 0, outcome.score),
      durationUs: (known?.durationUs ?? 0) + outcome.durationUs,
    });
  }
  return [...joined.values()];
}
