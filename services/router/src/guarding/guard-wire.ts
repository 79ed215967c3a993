import { guardrailsV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { GuardStage, PromptText } from '../pipeline/prompt-texts.js';
import { isHeld, type GuardAction, type RequestRun, type VerdictFacts } from '../pipeline/request-run.js';
import { filtersOf } from './content-filters.js';

const { Action, Stage } = guardrailsV1;

const STAGES: Readonly<Record<GuardStage, guardrailsV1.Stage>> = {
  input: Stage.STAGE_INPUT,
  output: Stage.STAGE_OUTPUT,
  document: Stage.STAGE_DOCUMENT,
  tool_call: Stage.STAGE_TOOL_CALL,
  tool_result: Stage.STAGE_TOOL_RESULT,
  reasoning: Stage.STAGE_REASONING,
};

const ACTIONS: Partial<Record<guardrailsV1.Action, GuardAction>> = {
  [Action.ACTION_ALLOW]: 'allow',
  [Action.ACTION_FLAG]: 'flag',
  [Action.ACTION_MASK]: 'mask',
  [Action.ACTION_PSEUDONYMISE]: 'pseudonymise',
  [Action.ACTION_REPLACE]: 'replace',
  [Action.ACTION_DOWNGRADE]: 'downgrade',
  [Action.ACTION_REQUIRE_APPROVAL]: 'require_approval',
  [Action.ACTION_BLOCK]: 'block',
};

export function wireStage(stage: GuardStage): guardrailsV1.Stage {
  return STAGES[stage];
}

export function wirePart(part: PromptText): guardrailsV1.TextPart {
  const { path, text, role, stage, json = false, tool = '', continuations = [] } = part;
  return { path, text, role, stage: STAGES[stage], json, tool, continuations: [...continuations] };
}

/** Who asks, for what, and what is known of the request: the same for every decision on it. */
export function aboutRun({ request, caller, projectPolicy, guardState }: RequestRun, policy: string) {
  const { organizationId, projectId, apiKeyId } = caller.principal;
  return {
    policy,
    morePolicies: projectPolicy && projectPolicy !== policy ? [projectPolicy] : [],
    subject: { requestId: caller.requestId, organizationId, projectId, apiKeyId, model: request.model },
    state: guardState,
    facts: { ...request.metadata },
  };
}

/** @throws WeirError `internal` for an answer without a decision. */
export function factsOf(
  verdict: guardrailsV1.Verdict | undefined,
  stage: VerdictFacts['stage'],
  stageAt: ReadonlyMap<string, GuardStage>,
): VerdictFacts {
  const action = verdict && ACTIONS[verdict.action];
  if (!action) throw malformed();
  const acted = verdict.findings.filter((finding) => !finding.shadow);
  return {
    id: verdict.id,
    stage,
    action,
    detectors: [...new Set(acted.map(({ detector }) => detector))],
    durationMs: verdict.durationUs / 1000,
    policies: verdict.policies,
    filters: isHeld(action)
      ? filtersOf(
          acted.filter((finding) => finding.action === verdict.action),
          stageAt,
        )
      : [],
    message: verdict.message,
    approvalRequest: verdict.approvalRequest,
    incomplete: verdict.passedUnchecked.length > 0,
  };
}

export function malformed(): WeirError {
  return new WeirError('internal', 'Guardrails answered without a decision.');
}
