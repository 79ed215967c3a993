import { guardrailsV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { Action, Stage } from '../detector/verdict-words.js';

const { Stage: WireStage, Action: WireAction } = guardrailsV1;

const STAGES: Readonly<Record<Stage, guardrailsV1.Stage>> = {
  input: WireStage.STAGE_INPUT,
  output: WireStage.STAGE_OUTPUT,
  document: WireStage.STAGE_DOCUMENT,
  tool_call: WireStage.STAGE_TOOL_CALL,
  tool_result: WireStage.STAGE_TOOL_RESULT,
  reasoning: WireStage.STAGE_REASONING,
};

const ACTIONS: Readonly<Record<Action, guardrailsV1.Action>> = {
  allow: WireAction.ACTION_ALLOW,
  flag: WireAction.ACTION_FLAG,
  mask: WireAction.ACTION_MASK,
  pseudonymise: WireAction.ACTION_PSEUDONYMISE,
  replace: WireAction.ACTION_REPLACE,
  downgrade: WireAction.ACTION_DOWNGRADE,
  require_approval: WireAction.ACTION_REQUIRE_APPROVAL,
  block: WireAction.ACTION_BLOCK,
};

const FROM_WIRE = new Map(Object.entries(STAGES).map(([stage, wire]) => [wire, stage as Stage]));

export function wireStage(stage: Stage): guardrailsV1.Stage {
  return STAGES[stage];
}

export function wireAction(action: Action): guardrailsV1.Action {
  return ACTIONS[action];
}

/** Undefined for no stage. */
export function stageOf(wire: guardrailsV1.Stage): Stage | undefined {
  return FROM_WIRE.get(wire);
}

/** @throws WeirError `invalid_request` for no stage. */
export function requiredStage(wire: guardrailsV1.Stage): Stage {
  const stage = stageOf(wire);
  if (stage) return stage;
  throw new WeirError('invalid_request', 'The stage is missing or unknown.', { param: 'stage' });
}
