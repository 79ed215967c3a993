import { guardrailAction, guardrailStage, guardrailsV1 } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { requiredStage, stageOf, wireAction, wireStage } from '../stages.js';

const { Stage, Action } = guardrailsV1;
/** Names of a wire enum that mean something. */
const meaningful = (names: object) =>
  Object.keys(names)
    .filter((name) => !/UNSPECIFIED$|^UNRECOGNIZED$/.test(name))
    .sort();

describe('stages and actions on their wire', () => {
  it.each(guardrailStage.options)('the stage %s comes back as it went', (stage) => {
    expect(wireStage(stage)).toBe(`STAGE_${stage.toUpperCase()}`);
    expect(stageOf(wireStage(stage))).toBe(stage);
    expect(requiredStage(wireStage(stage))).toBe(stage);
  });

  it.each(guardrailAction.options)('the action %s goes under its own name', (action) => {
    expect(wireAction(action)).toBe(`ACTION_${action.toUpperCase()}`);
  });

  it('leave none of the wire out', () => {
    expect(guardrailStage.options.map(wireStage).sort()).toEqual(meaningful(Stage));
    expect(guardrailAction.options.map(wireAction).sort()).toEqual(meaningful(Action));
  });

  it.each([Stage.STAGE_UNSPECIFIED, Stage.UNRECOGNIZED])('%s is no stage', (wire) => {
    expect(stageOf(wire)).toBeUndefined();
    expect(() => requiredStage(wire)).toThrow(
      expect.objectContaining({ code: 'invalid_request', param: 'stage' }) as Error,
    );
  });
});
