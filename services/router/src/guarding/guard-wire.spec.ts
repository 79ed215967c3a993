import { guardrailsV1 } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { sampleRun } from '../../test/sample-run.js';
import { aboutRun, factsOf, wirePart, wireStage } from './guard-wire.js';

const { Action, Stage } = guardrailsV1;
const finding = (given: Partial<guardrailsV1.Finding>) => guardrailsV1.Finding.fromPartial(given);
const verdict = (given: Partial<guardrailsV1.Verdict>) => guardrailsV1.Verdict.fromPartial({ id: 'v1', ...given });
const stageAt = new Map([['p', 'document' as const]]);

describe('factsOf', () => {
  it('knows every action, and no answer without one', () => {
    const actions = Object.values(Action).filter(
      (action) => action !== Action.ACTION_UNSPECIFIED && action !== Action.UNRECOGNIZED,
    );
    const known = actions.map((action) => factsOf(verdict({ action }), 'input', stageAt).action);
    expect(known).toEqual(actions.map((action) => action.replace('ACTION_', '').toLowerCase()));
    for (const nothing of [undefined, verdict({})]) {
      expect(() => factsOf(nothing, 'input', stageAt)).toThrowError(expect.objectContaining({ code: 'internal' }));
    }
  });

  it("names what was acted on; what was only recorded is nobody else's business", () => {
    const facts = factsOf(
      verdict({
        action: Action.ACTION_BLOCK,
        durationUs: 1500,
        policies: ['strict@3'],
        message: 'No.',
        findings: [
          finding({ detector: 'prompt-injection', category: 'injection', path: 'p', action: Action.ACTION_BLOCK }),
          finding({ detector: 'pii.card', category: 'pii', path: 'p', action: Action.ACTION_MASK }),
          finding({ detector: 'toxicity', category: 'toxicity', path: 'p', action: Action.ACTION_BLOCK, shadow: true }),
        ],
      }),
      'input',
      stageAt,
    );
    expect(facts).toMatchObject({
      detectors: ['prompt-injection', 'pii.card'],
      filters: ['indirect_attack'],
      durationMs: 1.5,
      policies: ['strict@3'],
      message: 'No.',
      incomplete: false,
    });
  });

  it('filters nothing that goes on, and says when a check was passed over', () => {
    const findings = [finding({ detector: 'pii.card', category: 'pii', action: Action.ACTION_MASK })];
    const facts = factsOf(
      verdict({ action: Action.ACTION_MASK, findings, passedUnchecked: ['judge'] }),
      'output',
      stageAt,
    );
    expect(facts).toMatchObject({ stage: 'output', filters: [], incomplete: true });
  });
});

describe('aboutRun', () => {
  it("asks the project's policy as well, but no policy twice", () => {
    const run = sampleRun({ request: { metadata: { tier: 'gold' } } });
    expect(aboutRun(run, 'a')).toMatchObject({ policy: 'a', morePolicies: [], facts: { tier: 'gold' } });
    run.projectPolicy = 'b';
    expect(aboutRun(run, 'a').morePolicies).toEqual(['b']);
    expect(aboutRun(run, 'b').morePolicies).toEqual([]);
  });
});

it('sends texts with all that is known of them', () => {
  expect(wireStage('reasoning')).toBe(Stage.STAGE_REASONING);
  const call = { path: 'p', text: '{}', stage: 'tool_call', role: 'assistant', json: true, tool: 'pay' } as const;
  const cutOff = { ...call, continuations: ['', 'x'] };
  expect(wirePart(cutOff)).toEqual({ ...cutOff, stage: Stage.STAGE_TOOL_CALL });
  const unsaid = { json: false, tool: '', continuations: [] };
  expect(wirePart({ path: 'p', text: 'x', stage: 'input', role: 'user' })).toMatchObject(unsaid);
});
