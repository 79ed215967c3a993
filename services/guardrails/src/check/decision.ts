import { guardrailsV1, type GuardrailVerdict } from '@weir/contracts';
import { createHmac } from 'node:crypto';
import type { Finding } from '../filter/stream-filter.js';
import type { CompiledPolicy, PolicyAction } from '../policy/policy.js';

export type Stage = GuardrailVerdict['stage'];
export type Action = GuardrailVerdict['action'];

/** A finding with the place of the text it was found in. */
export interface PlacedFinding extends Finding {
  readonly path: string;
}

/** What was decided about one request at one stage, before it is written to any wire. */
export interface Decision {
  readonly id: string;
  readonly policy: CompiledPolicy;
  readonly stage: Stage;
  readonly findings: readonly PlacedFinding[];
  readonly characters: number;
  readonly durationUs: number;
  readonly decidedAt: number;
}

const MAX_FINDINGS = 100;
const SEVERITY: Readonly<Record<PolicyAction, number>> = { flag: 1, mask: 2, block: 3 };

/** The strongest action of the findings; `allow` without any. */
export function actionOf(findings: readonly Finding[]): Action {
  return findings.reduce<Action>(
    (worst, { action }) => (worst === 'allow' || SEVERITY[action] > SEVERITY[worst] ? action : worst),
    'allow',
  );
}

/** Hash by which equal values can be counted but not recovered without the salt. */
export function hashValue(value: string, salt: string): string {
  return createHmac('sha256', salt).update(value).digest('hex').slice(0, 32);
}

const STAGES = { input: guardrailsV1.Stage.STAGE_INPUT, output: guardrailsV1.Stage.STAGE_OUTPUT };
const ACTIONS = {
  allow: guardrailsV1.Action.ACTION_ALLOW,
  flag: guardrailsV1.Action.ACTION_FLAG,
  mask: guardrailsV1.Action.ACTION_MASK,
  block: guardrailsV1.Action.ACTION_BLOCK,
};

export function stageOf(stage: guardrailsV1.Stage): Stage | undefined {
  if (stage === guardrailsV1.Stage.STAGE_INPUT) return 'input';
  return stage === guardrailsV1.Stage.STAGE_OUTPUT ? 'output' : undefined;
}

export function verdictMessage(decision: Decision, salt: string): guardrailsV1.Verdict {
  return {
    id: decision.id,
    policy: decision.policy.name,
    policyVersion: decision.policy.version,
    stage: STAGES[decision.stage],
    action: ACTIONS[actionOf(decision.findings)],
    findings: decision.findings.slice(0, MAX_FINDINGS).map(({ match, action, path }) => ({
      detector: match.detector.id,
      action: ACTIONS[action],
      path,
      start: match.start,
      end: match.end,
      score: match.detector.score,
      valueHash: hashValue(match.value, salt),
    })),
    durationUs: Math.round(decision.durationUs),
  };
}

export function verdictEvent(decision: Decision, subject: guardrailsV1.Subject, salt: string): GuardrailVerdict {
  return {
    verdict_id: decision.id,
    request_id: subject.requestId,
    organization_id: subject.organizationId,
    project_id: subject.projectId,
    api_key_id: subject.apiKeyId,
    model: subject.model,
    policy: decision.policy.name,
    policy_version: decision.policy.version,
    stage: decision.stage,
    action: actionOf(decision.findings),
    findings: decision.findings.slice(0, MAX_FINDINGS).map(({ match, action, path }) => ({
      detector: match.detector.id,
      action,
      path,
      start: match.start,
      end: match.end,
      score: match.detector.score,
      value_hash: hashValue(match.value, salt),
    })),
    findings_omitted: Math.max(0, decision.findings.length - MAX_FINDINGS),
    characters: decision.characters,
    duration_us: Math.round(decision.durationUs),
    decided_at: decision.decidedAt,
  };
}
