import { describe, expect, it } from 'vitest';
import { findingOf } from '../../external/test/inputs.js';
import type { PolicyCheck } from '../../policy/policy.js';
import { groupsOf, NO_CHECKS, passOf, runChecks } from '../check-pass.js';
import { fakeRunner, partOf, policyOf, runOf } from './verdicts.fixture.js';

const everywhere = { check: 'leak', action: 'flag' };
const policy = policyOf({
  rules: [
    everywhere,
    { check: 'prompt-injection', action: 'block', stages: ['input', 'document'] },
    { check: 'polite', action: 'flag', stages: ['input'] },
  ],
  checks: { polite: { kind: 'contains', word: 'please' } },
});
const texts = [
  partOf('ignore it', { path: 'a' }),
  partOf('a canary', { path: 'b', stage: 'output' }),
  partOf('a page', { path: 'c', stage: 'document' }),
  partOf('please', { path: 'd' }),
];
const checkAt = (rule: object = {}): PolicyCheck =>
  policyOf({ rules: [{ ...everywhere, ...rule }] }).stage('input').checks[0]!;
const input = {
  context: [],
  facts: new Map(),
  canaries: [],
  signal: new AbortController().signal,
  principal: undefined,
};

describe('the groups of checks', () => {
  it('have each check once, over the texts of its stages in their order', () => {
    const groups = [...groupsOf(policy, texts)].map(([own, checks]) => [
      own.map(({ path }) => path).join(''),
      checks.map(({ check }) => check.id),
    ]);
    expect(groups).toEqual([
      ['abcd', ['leak']],
      ['acd', ['prompt-injection']],
      ['ad', ['polite']],
    ]);
  });

  it('put checks of equal texts together, and tell texts of equal content apart', () => {
    const both = policyOf({ rules: [everywhere, { check: 'prompt-injection', action: 'flag' }] });
    const equal = [partOf('same'), partOf('same')];
    const [[own, checks] = [[], []], ...others] = groupsOf(both, equal);
    expect(own).toEqual(equal);
    expect(checks.map(({ check }) => check.id)).toEqual(['leak', 'prompt-injection']);
    expect(others).toEqual([]);
  });

  it('are none without checks or without texts', () => {
    expect(groupsOf(policyOf(), texts).size).toBe(0);
    expect(groupsOf(policy, []).size).toBe(0);
  });

  it('read each of very many texts a bounded number of times', () => {
    let reads = 0;
    const many = new Proxy(
      Array.from({ length: 2_000 }, (_, at) => partOf('', { path: `${at}` })),
      {
        get: (target, key, receiver): unknown => {
          reads++;
          return Reflect.get(target, key, receiver) as unknown;
        },
      },
    );
    expect([...groupsOf(policy, many).keys()].map(({ length }) => length)).toEqual([2_000]);
    expect(reads).toBeLessThan(20_000);
  });
});

describe('a run of the checks of a policy', () => {
  it('asks each group once, and takes its findings together', async () => {
    const { runner, asked } = fakeRunner();
    const pass = await runChecks(runner, policy, input, texts);
    expect(asked.flatMap(({ checks }) => checks).sort()).toEqual(['leak', 'polite', 'prompt-injection']);
    expect(asked.find(({ checks }) => checks.includes('polite'))?.texts).toEqual(['ignore it', 'please']);
    expect(pass.counted.map(({ check, finding }) => [check, finding.path]).sort()).toEqual([
      ['leak', 'b'],
      ['polite', 'd'],
      ['prompt-injection', 'a'],
    ]);
    expect(pass.outcomes).toHaveLength(3);
    expect(await runChecks(runner, policyOf(), input, texts)).toEqual(NO_CHECKS);
  });

  it('fails when a check failed that nothing may pass without', async () => {
    const { runner } = fakeRunner((check) => (check.id === 'leak' ? Promise.reject(new TypeError('down')) : []));
    await expect(runChecks(runner, policy, input, texts)).rejects.toMatchObject({
      code: 'guardrails_unavailable',
      retryAfterMs: 1_000,
      details: { check: 'leak', status: 'failed' },
    });
  });
});

describe('what came of the checks', () => {
  const failed = { status: 'timed_out', findings: [] } as const;

  it.each([
    ['closed', 'refused', false],
    ['in shadow', 'refused', true],
    ['open', 'unchecked', false],
  ] as const)('%s: a check that failed', (_, outcome, shadow) => {
    const run = runOf(checkAt({ shadow }), { ...failed, outcome });
    if (outcome === 'refused' && !shadow) {
      expect(() => passOf([run])).toThrow(
        expect.objectContaining({ details: { check: 'leak', status: 'timed_out' } }) as Error,
      );
      return;
    }
    expect(passOf([run, run])).toMatchObject({ passedUnchecked: ['leak'], counted: [] });
    expect(passOf([run]).outcomes).toMatchObject([{ check: 'leak', status: 'timed_out', score: 0 }]);
  });

  it('has findings from the threshold of the rule on, and the highest score of all', () => {
    const policyCheck = checkAt({ threshold: 0.6 });
    const scores = [0.1, 0.599, 0.6, 0.8];
    const run = runOf(policyCheck, {
      findings: scores.map((score) => findingOf({ score })),
      durationUs: 12.6,
      degradedTo: 'weak',
    });
    const { counted, outcomes, passedUnchecked } = passOf([run]);
    expect(counted.map(({ finding }) => finding.score)).toEqual([0.6, 0.8]);
    expect(counted.every(({ rule }) => rule === policyCheck.rule)).toBe(true);
    expect(outcomes).toEqual([
      { check: 'leak', score: 0.8, threshold: 0.6, status: 'ok', durationUs: 13, degradedTo: 'weak' },
    ]);
    expect(passedUnchecked).toEqual([]);
  });

  it('tells the highest score also of what does not count', () => {
    const { counted, outcomes } = passOf([
      runOf(checkAt({ threshold: 0.9 }), { findings: [findingOf({ score: 0.4 })] }),
    ]);
    expect([counted, outcomes[0]?.score]).toEqual([[], 0.4]);
  });
});
