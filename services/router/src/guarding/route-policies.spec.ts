import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GuardStage, PromptText } from '../pipeline/prompt-texts.js';
import { groupsOf, policyOf } from './route-policies.js';

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
