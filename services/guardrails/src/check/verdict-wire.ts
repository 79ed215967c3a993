import type { guardrailsV1, GuardrailVerdict } from '@weir/contracts';
import { MAX_FINDINGS, ruleStep, type Decision } from './decision.js';
import { wireAction, wireStage } from './stages.js';

/** A decision as its caller gets it. */
export function verdictMessage(decision: Decision, salt: string): guardrailsV1.Verdict {
  const { policy, findings } = decision;
  return {
    id: decision.id,
    policy: policy.name,
    policyVersion: policy.version,
    policies: [...policy.versions],
    stage: wireStage(decision.stage),
    action: wireAction(decision.action),
    findings: findings.slice(0, MAX_FINDINGS).map((finding) => ({ ...finding, action: wireAction(finding.action) })),
    checks: [...decision.checks],
    passedUnchecked: [...decision.passedUnchecked],
    trace: decision.trace.map((step) => ruleStep(step, salt)),
    digest: decision.digest,
    approvalRequest: decision.approvalRequest,
    message: decision.message,
    durationUs: Math.round(decision.durationUs),
  };
}

/** A decision as analysts read it: who it was about, and never any text. */
export function verdictEvent(decision: Decision, subject: guardrailsV1.Subject): GuardrailVerdict {
  const { policy, findings } = decision;
  return {
    verdict_id: decision.id,
    request_id: subject.requestId,
    organization_id: subject.organizationId,
    project_id: subject.projectId,
    api_key_id: subject.apiKeyId,
    model: subject.model,
    policy: policy.name,
    policy_version: policy.version,
    policies: [...policy.versions],
    stage: decision.stage,
    action: decision.action,
    findings: findings
      .slice(0, MAX_FINDINGS)
      .map(({ valueHash, ...finding }) => ({ ...finding, value_hash: valueHash })),
    findings_omitted: Math.max(0, findings.length - MAX_FINDINGS) + decision.omitted,
    checks: decision.checks.map(({ durationUs, degradedTo, ...outcome }) => ({
      ...outcome,
      duration_us: durationUs,
      degraded_to: degradedTo,
    })),
    passed_unchecked: [...decision.passedUnchecked],
    rules: decision.trace.map(({ rule }) => rule),
    digest: decision.digest,
    approved_by: decision.approvedBy,
    held_back_characters: decision.heldBack,
    characters: decision.characters,
    duration_us: Math.round(decision.durationUs),
    decided_at: decision.decidedAt,
  };
}
