import { WeirError } from '@weir/errors';
import type { CheckFinding, CheckInput } from '../detector/text-check.js';
import type { CheckRunner } from '../external/check-runner.service.js';
import type { CompiledPolicy, PolicyCheck, PolicyRule } from '../policy/policy.js';
import type { CheckRun } from './check-run.js';
import type { ConversationPart } from './conversation.js';
import type { CheckOutcome } from './decision.js';

/** A finding that counts under its policy. */
export interface CountedFinding {
  readonly check: string;
  readonly finding: CheckFinding;
  readonly rule: PolicyRule;
}

export interface CheckPass {
  readonly counted: readonly CountedFinding[];
  readonly outcomes: readonly CheckOutcome[];
  readonly passedUnchecked: readonly string[];
}

export const NO_CHECKS: CheckPass = { counted: [], outcomes: [], passedUnchecked: [] };

/**
 * Runs every check of a policy over the texts of its stages, each check once.
 * @throws WeirError `guardrails_unavailable` when a check failed that nothing may pass without.
 */
export async function runChecks(
  runner: CheckRunner,
  policy: CompiledPolicy,
  input: Omit<CheckInput, 'texts'>,
  texts: readonly ConversationPart[],
): Promise<CheckPass> {
  const runs = await Promise.all(
    [...groupsOf(policy, texts)].map(([own, checks]) => runner.run(checks, { ...input, texts: own })),
  );
  return passOf(runs.flat());
}

/** The checks of a policy by the texts that they judge. */
export function groupsOf(
  policy: CompiledPolicy,
  texts: readonly ConversationPart[],
): Map<readonly ConversationPart[], PolicyCheck[]> {
  const textsOf = new Map<PolicyCheck, ConversationPart[]>();
  for (const text of texts) {
    for (const check of policy.stage(text.stage).checks) {
      const own = textsOf.get(check);
      if (own) own.push(text);
      else textsOf.set(check, [text]);
    }
  }
  const places = new Map(texts.map((text, place) => [text, place]));
  const groups = new Map<string, { own: ConversationPart[]; checks: PolicyCheck[] }>();
  for (const [check, own] of textsOf) {
    const key = own.map((text) => places.get(text)).join();
    const group = groups.get(key) ?? { own, checks: [] };
    group.checks.push(check);
    groups.set(key, group);
  }
  return new Map([...groups.values()].map(({ own, checks }) => [own, checks]));
}

export function passOf(runs: readonly CheckRun[]): CheckPass {
  const passedUnchecked: string[] = [];
  for (const { outcome, policyCheck, status } of runs) {
    const { check, rule } = policyCheck;
    if (outcome === 'decided') continue;
    // What only watches never stands in the way.
    if (outcome === 'refused' && !rule.shadow) throw unavailable(check.id, status);
    passedUnchecked.push(check.id);
  }
  return {
    passedUnchecked: [...new Set(passedUnchecked)],
    outcomes: runs.map(outcomeOf),
    counted: runs.flatMap(({ policyCheck: { check, rule }, findings }) =>
      findings.filter(({ score }) => score >= rule.threshold).map((finding) => ({ check: check.id, finding, rule })),
    ),
  };
}

function outcomeOf({ policyCheck, status, findings, durationUs, degradedTo }: CheckRun): CheckOutcome {
  const score = findings.reduce((most, finding) => Math.max(most, finding.score), 0);
  const { check, rule } = policyCheck;
  return { check: check.id, score, threshold: rule.threshold, status, durationUs: Math.round(durationUs), degradedTo };
}

function unavailable(check: string, status: string): WeirError {
  return new WeirError(
    'guardrails_unavailable',
    `The check ${check} cannot answer now, and nothing passes without it.`,
    {
      retryAfterMs: 1_000,
      details: { check, status },
    },
  );
}
