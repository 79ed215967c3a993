import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamFilter } from '../filter/stream-filter.js';
import { severity, type Action, type Stage } from '../detector/verdict-words.js';
import { compilePolicy } from './compile-policy.js';
import { sampleCatalogue } from './compile/sample-catalogue.fixture.js';
import type { CompiledPolicy } from './policy.js';

const compile = (document: object, version = 1) =>
  compilePolicy({ name: 'test', ...document }, version, sampleCatalogue);
const rule = (check: string, action: Action, more: object = {}) => ({ check, action, ...more });
const CARD = '4111111111111111';

function filtered(policy: CompiledPolicy, text: string, stage: Stage = 'output', downgraded = false): string {
  const { plan, downgradedPlan } = policy.stage(stage);
  const filter = new StreamFilter(downgraded ? downgradedPlan : plan);
  return filter.push(text) + filter.end();
}

describe('the rules of a policy', () => {
  it('name a detector, a family, a check, or one of its own', () => {
    const policy = compile({
      checks: { deny: { kind: 'words', words: ['night fall', 'dawn'] }, secretive: { kind: 'contains', word: 'x' } },
      rules: [
        rule('pii.*', 'mask'),
        rule('secret.key', 'replace', { replacement: '***' }),
        rule('deny', 'mask'),
        rule('prompt-injection', 'block'),
        rule('secretive', 'flag'),
      ],
    });
    expect(filtered(policy, `${CARD} key-abcdefgh at dawn`)).toBe('[pii.card] *** at [deny.1]');
    expect(policy.stage('input').checks.map(({ check }) => check.id)).toEqual(['prompt-injection', 'secretive']);
    expect(policy.detectors).toEqual([
      ...['deny.0', 'deny.1', 'pii.card', 'pii.email', 'pii.plate', 'prompt-injection', 'secret.key', 'secretive'],
    ]);
  });

  it('count the more specific one, then the strongest whose threshold is reached', () => {
    const policy = compile({
      rules: [
        rule('pii.*', 'mask', { threshold: 0 }),
        rule('pii.email', 'allow'),
        rule('pii.plate', 'flag', { threshold: 0.2 }),
        rule('pii.plate', 'block', { threshold: 0.7 }),
      ],
    });
    const { ruleOf } = policy.stage('output').plan;
    expect(ruleOf('pii.card', 0.1)?.action).toBe('mask');
    expect(ruleOf('pii.email', 1)).toBeUndefined();
    expect([0.1, 0.3, 0.8].map((score) => ruleOf('pii.plate', score)?.action)).toEqual([undefined, 'flag', 'block']);
    expect(policy.stage('output').plan.detectors.map(({ id }) => id)).toEqual(['pii.card', 'pii.plate']);
  });

  it('in shadow never weaken what is enforced', () => {
    const policy = compile({
      rules: [rule('pii.*', 'mask'), rule('pii.card', 'block', { shadow: true, threshold: 0.1 })],
    });
    const { ruleOf } = policy.stage('output').plan;
    expect(ruleOf('pii.card', 0.9)).toMatchObject({ action: 'mask', shadow: false });
    expect(ruleOf('pii.card', 0.2)).toMatchObject({ action: 'block', shadow: true });
  });

  it('count values from one half on, and checks from their own threshold, unless they say', () => {
    const { plan, checks } = compile({ rules: [rule('pii.plate', 'mask'), rule('leak', 'block')] }).stage('input');
    expect([0.49, 0.5].map((score) => plan.ruleOf('pii.plate', score)?.action)).toEqual([undefined, 'mask']);
    expect(checks.map((check) => check.rule.threshold)).toEqual([0.6]);
  });

  it('apply at their stages, one object for all of them', () => {
    const policy = compile({
      rules: [rule('pii.card', 'mask', { stages: ['input', 'document'] }), rule('leak', 'block')],
    });
    expect([filtered(policy, CARD, 'document'), filtered(policy, CARD)]).toEqual(['[pii.card]', CARD]);
    expect(policy.stage('input').checks[0]).toBe(policy.stage('output').checks[0]);
    expect(policy.stage('input').plan.scanner).toBe(policy.stage('document').plan.scanner);
  });

  it('say what happens when a check fails', () => {
    const { checks } = compile({
      rules: [
        rule('leak', 'block', { on_error: 'degrade_to:prompt-injection', deadline_ms: 50 }),
        rule('prompt-injection', 'flag', { on_error: 'open' }),
        rule('prompt-injection', 'block', { threshold: 0.9 }),
      ],
    }).stage('input');
    expect(checks.map(({ onError, deadlineMs }) => [onError.kind, deadlineMs])).toEqual([
      ['degrade_to', 50],
      ['open', 1_000],
      ['closed', 1_000],
    ]);
    expect(checks[0]?.onError).toMatchObject({ check: { id: 'prompt-injection' } });
  });

  it('give the strongest action whatever their order', () => {
    const actions: Action[] = ['flag', 'mask', 'replace', 'downgrade', 'block'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...actions), { minLength: 1, maxLength: 4 }), (listed) => {
        const policy = compile({ rules: listed.map((action) => rule('pii.card', action)) });
        const most = listed.reduce((one, other) => (severity(other) > severity(one) ? other : one));
        expect(policy.stage('output').plan.ruleOf('pii.card', 1)?.action).toBe(most);
      }),
      { numRuns: 30 },
    );
  });
});

describe('what a policy costs', () => {
  const held = (rules: object[]) => compile({ rules }).maxHoldback;
  const detectors = held([rule('pii.card', 'mask')]);

  it('is its longest undecided value and what its checks need to see', () => {
    expect(held([])).toBe(0);
    expect(detectors).toBeGreaterThanOrEqual(15);
    expect(held([rule('pii.card', 'mask'), rule('prompt-injection', 'block')])).toBe(detectors + 200);
    expect(held([rule('pii.card', 'mask'), rule('leak', 'block')])).toBe(Infinity);
  });

  it('is nothing for checks that only watch, or that hold at other stages', () => {
    expect(held([rule('leak', 'block', { shadow: true })])).toBe(0);
    expect(held([rule('leak', 'flag', { on_error: 'open' })])).toBe(0);
    expect(held([rule('leak', 'flag')])).toBe(Infinity);
    expect(held([rule('leak', 'block', { stages: ['input', 'document', 'tool_result'] })])).toBe(0);
    expect(compile({ mode: 'shadow', rules: [rule('leak', 'block')] }).maxHoldback).toBe(0);
  });
});

describe('a downgraded request', () => {
  const text = '![] http://evil drop table key-abcdefgh';

  it('loses links and images, whatever its policy says about them', () => {
    const policy = compile({ rules: [rule('secret.key', 'mask'), rule('egress.image', 'flag')] });
    expect(filtered(policy, text)).toBe('![] http://evil drop table [secret.key]');
    expect(filtered(policy, text, 'output', true)).toBe('[egress.image] [egress.link.bare] drop table [secret.key]');
  });

  it('keeps stronger rules', () => {
    const policy = compile({ rules: [rule('egress.link.*', 'replace', { replacement: 'gone' })] });
    expect(filtered(policy, text, 'output', true)).toBe('[egress.image] gone drop table key-abcdefgh');
  });
});

describe('a compiled policy', () => {
  it('is named by a fingerprint of its document and of what it is compiled with', () => {
    const document = { rules: [rule('leak', 'block'), rule('pii.card', 'mask')] };
    const { sha256 } = compile(document);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(compile(document, 2).sha256).toBe(sha256);
    expect(compile({ ...document, description: 'x' }).sha256).not.toBe(sha256);
    const newer = { ...sampleCatalogue, normalizer: 'sample-2' };
    expect(compilePolicy({ name: 'test', ...document }, 1, newer).sha256).not.toBe(sha256);
    const checks = sampleCatalogue.checks.map((check) => ({ ...check, version: '2' }));
    expect(compilePolicy({ name: 'test', ...document }, 1, { ...sampleCatalogue, checks }).sha256).not.toBe(sha256);
  });

  it('asks for the conversation when checks of the answer read it', () => {
    expect(compile({ rules: [rule('leak', 'block')] }).needsContext).toBe(true);
    expect(compile({ rules: [rule('leak', 'block', { stages: ['input'] })] }).needsContext).toBe(false);
    expect(compile({ rules: [rule('prompt-injection', 'block')] }).needsContext).toBe(false);
  });

  it('in shadow does nothing, its logic included', () => {
    const logic = JSON.parse(
      '{"rules": [{"id": "r", "when": {"fact": "stage", "op": "eq", "value": "input"}, "then": {"action": "block"}}]}',
    ) as object;
    const policy = compile({ mode: 'shadow', canary: true, rules: [rule('pii.card', 'block')], logic });
    expect(policy.canary).toBe(false);
    expect(policy.stage('input').plan.ruleOf('pii.card', 1)?.shadow).toBe(true);
    const decision = policy.rules?.decide(new Map([['stage', 'input']]));
    expect(decision).toMatchObject({ action: 'allow', message: '' });
    expect(decision?.fired).toHaveLength(1);
  });
});

describe('a policy is refused', () => {
  it.each<[string, object, RegExp]>([
    ['with an unknown field', { detectors: [] }, /Unrecognized key/],
    ['with an unknown action', { rules: [rule('pii.card', 'shout' as Action)] }, /rules\.0\.action/],
    ['about a check that is not there', { rules: [rule('pii.card', 'mask'), rule('pii', 'mask')] }, /rules\.1\.check/],
    ['about an empty family', { rules: [rule('no.*', 'mask')] }, /no check "no\.\*"/],
    ['with an unknown kind', { checks: { a: { kind: 'magic' } } }, /checks\.a\.kind/],
    ['with a definition that is wrong', { checks: { a: { kind: 'words', words: ['A'] } } }, /checks\.a\.words\.0/],
    [
      'with a name that is taken',
      { checks: { pii: { kind: 'contains', word: 'x' } } },
      /checks\.pii: the name is taken/,
    ],
    ['degrading to itself', { rules: [rule('leak', 'block', { on_error: 'degrade_to:leak' })] }, /rules\.0\.on_error/],
    ['degrading to a detector', { rules: [rule('leak', 'flag', { on_error: 'degrade_to:pii.card' })] }, /on_error/],
    ['when it is too long', { description: 'x', logic: { text: 'x'.repeat(300_000) } }, /longer than 262144/],
  ])('%s', (_what, document, message) => {
    expect(() => compile(document)).toThrow(expect.objectContaining({ code: 'invalid_configuration' }));
    expect(() => compile(document)).toThrow(message);
  });
});
