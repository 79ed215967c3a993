import { guardrailStage, guardrailsV1 } from '@weir/contracts';
import { fakeSource } from '@weir/testing';
import { describe, expect, it } from 'vitest';
import { inspect } from 'node:util';
import { guardrailAction } from '@weir/contracts';
import type { DetectorSpec } from '../../detector/detector.js';
import { RequestMemory } from '../request-memory.js';
import { policyOf } from './verdicts.fixture.js';

const policy = policyOf({ downgrade: { max_output_tokens: 64 }, rules: [{ check: 'leak', action: 'block' }] });
const source = fakeSource({ seed: 7 });
const random = () => source.random();
const email: DetectorSpec = policyOf({ rules: [{ check: 'pii.email', action: 'mask' }] }).stage('input').plan
  .detectors[0]!;
const state = (more: Partial<guardrailsV1.RequestState> = {}) => guardrailsV1.RequestState.fromPartial(more);
const pair = { pseudonym: 'bob@b.example', original: 'ada@a.example' };

describe('what a request keeps between its checks', () => {
  it('is nothing at first', () => {
    const memory = new RequestMemory(undefined, random);
    expect(memory.before).toEqual(state());
    expect(memory.after(policyOf(), 'allow')).toEqual(state());
  });

  it('goes out as it came in, with what came to it', () => {
    const before = state({ pseudonyms: [pair], canaries: ['c1'] });
    const memory = new RequestMemory(before, random);
    memory.addCanary('c2');
    const made = memory.secrets('input', false).pseudonyms?.pseudonymFor(email, 'eve@e');
    const after = memory.after(policy, 'mask');
    expect(after).toEqual(
      state({
        pseudonyms: [pair, { pseudonym: made ?? '', original: 'eve@e' }],
        canaries: ['c1', 'c2'],
        needsContext: true,
      }),
    );
    const { encode, decode } = guardrailsV1.RequestState;
    expect(new RequestMemory(decode(encode(after).finish()), random).after(policy, 'allow')).toEqual(after);
    expect(before).toEqual(state({ pseudonyms: [pair], canaries: ['c1'] }));
  });

  it('gives equal values equal pseudonyms over all checks, and none that a text has', () => {
    const first = new RequestMemory(undefined, () => 0);
    const made = first.secrets('input', false).pseudonyms!.pseudonymFor(email, 'ada@a');
    const later = new RequestMemory(first.after(policy, 'allow'), () => 0.5);
    expect(later.secrets('document', true).pseudonyms?.pseudonymFor(email, 'ada@a')).toBe(made);
    const given = new RequestMemory(undefined, fakeSource({ seed: 1 }).random, []);
    const taken = given.secrets('input', false).pseudonyms!.pseudonymFor(email, 'ada@a');
    const avoiding = new RequestMemory(undefined, fakeSource({ seed: 1 }).random, [`see ${taken}`]);
    expect(avoiding.secrets('input', false).pseudonyms?.pseudonymFor(email, 'ada@a')).not.toBe(taken);
  });

  it.each(guardrailStage.options)('is put back at the stage %s only where a model answered', (stage) => {
    const memory = new RequestMemory(state({ pseudonyms: [pair], canaries: ['c1'] }), random);
    const secrets = memory.secrets(stage, true);
    const answered = ['output', 'reasoning', 'tool_call'].includes(stage);
    expect(secrets).toMatchObject({ restore: answered ? [pair] : [], canaries: answered ? ['c1'] : [], json: true });
    expect(secrets.pseudonyms).toBe(memory.secrets(stage, false).pseudonyms);
  });

  it.each(guardrailAction.options)(
    'is downgraded by %s only when that is the decision, and then stays so',
    (action) => {
      const after = new RequestMemory(undefined, random).after(policy, action);
      expect(after.downgraded).toBe(action === 'downgrade');
      expect(after.maxOutputTokens).toBe(action === 'downgrade' ? 64 : 0);
      const later = new RequestMemory(after, random).after(policy, 'allow');
      expect([later.downgraded, later.maxOutputTokens]).toEqual([after.downgraded, after.maxOutputTokens]);
    },
  );

  it('shows no value of its vault to logs and serializers', () => {
    const memory = new RequestMemory(undefined, random);
    const { pseudonyms } = memory.secrets('input', false);
    const made = pseudonyms!.pseudonymFor(email, 'ada@a');
    for (const shown of [
      JSON.stringify({ pseudonyms, memory }),
      inspect({ pseudonyms, memory }, { depth: 9 }),
      `${pseudonyms}`,
    ]) {
      expect(shown).not.toContain('ada@a');
      expect(shown).not.toContain(made);
    }
  });
});
