import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleRoute, sampleRun, sampleVerdict } from '../../test/sample-run.js';
import type { GuardStage, PromptText } from '../pipeline/prompt-texts.js';
import { groupsOf, mayChangeAnswer, policyOf } from './route-policies.js';

const STAGES = ['input', 'output', 'document', 'tool_call', 'tool_result', 'reasoning'] as const;
const part = (stage: GuardStage, path = 'p'): PromptText => ({ path, text: path, stage, role: 'user' });

describe('policyOf', () => {
  it("is the stage's own, then the route's, then the default", () => {
    const route = { policy: 'strict', stage_policies: { output: 'gentle@2' } };
    expect([policyOf(route, 'output'), policyOf(route, 'input')]).toEqual(['gentle@2', 'strict']);
    expect([policyOf({ policy: '', stage_policies: {} }, 'input'), policyOf(undefined, 'input')]).toEqual([
      'default',
      'default',
    ]);
  });
});

describe('mayChangeAnswer', () => {
  const deciding = (policy: string, decided: readonly string[], extra: object = {}, projectPolicy = '') => {
    const route = { ...sampleRoute, policy, ...extra };
    const run = sampleRun();
    run.verdicts.push({ ...sampleVerdict, stage: 'input', policies: decided });
    return { ...run, caller: run.caller, verdicts: run.verdicts, route, projectPolicy };
  };

  it.each([
    [false, 'none', ['none@1'], {}, ''],
    [false, 'none@1', ['none@1'], {}, 'none'],
    [true, 'none', ['none@2'], {}, ''],
    [true, 'none@2', ['none@1'], {}, ''],
    [true, '', ['default@1'], {}, ''],
    [true, 'none', ['none@1', 'house@3'], {}, 'house'],
    [true, 'none', ['none@1'], {}, 'house'],
    [true, 'none', ['none@1'], { stage_policies: { output: 'strict' } }, ''],
    [true, 'none', ['none@1'], { stage_policies: { tool_call: 'strict' } }, ''],
    [true, 'strict', ['strict@1'], { stage_policies: { output: 'none', reasoning: 'none', tool_call: 'none' } }, ''],
    [true, 'none', [], {}, ''],
  ])('is %s under %s decided by %j, %j, project %j', (may, policy, decided, extra, project) => {
    expect(mayChangeAnswer(deciding(policy, decided, extra, project))).toBe(may);
  });

  it('is not asked about what guardrails itself wants to know', () => {
    expect(mayChangeAnswer(sampleRun())).toBe(true);
    expect(mayChangeAnswer(sampleRun({ caller: { isJudge: true } }))).toBe(false);
  });
});

describe('groupsOf', () => {
  it('asks one policy once, whatever the stages are', () => {
    const groups = groupsOf(
      { policy: 'p', stage_policies: {} },
      STAGES.map((stage) => part(stage)),
    );
    expect(groups.map(({ policy, places }) => [policy, places])).toEqual([['p', [0, 1, 2, 3, 4, 5]]]);
  });

  it('gives every text to exactly one policy, that of its stage, and knows its place', () => {
    const policies = fc.dictionary(fc.constantFrom(...STAGES), fc.constantFrom('a', 'b', 'c'));
    fc.assert(
      fc.property(policies, fc.array(fc.constantFrom(...STAGES), { maxLength: 20 }), (stages, given) => {
        const route = { policy: 'a', stage_policies: stages };
        const parts = given.map((stage, index) => part(stage, String(index)));
        const groups = groupsOf(route, parts);
        expect(new Set(groups.map(({ policy }) => policy)).size).toBe(groups.length);
        const placed = groups.flatMap((group) =>
          group.places.map((place, at) => [place, group.parts[at], group.policy]),
        );
        expect(placed.sort(([a], [b]) => Number(a) - Number(b))).toEqual(
          parts.map((each, place) => [place, each, policyOf(route, each.stage)]),
        );
      }),
    );
  });
});
