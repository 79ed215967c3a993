import { describe, expect, it } from 'vitest';
import { compilePolicy } from '../../policy/compile-policy.js';
import { sampleCatalogue } from '../../policy/compile/sample-catalogue.fixture.js';
import type { CheckOutcome, DecidedFinding, Decision } from '../../check/decision.js';
import type { Inspector } from './inspectors.js';
import { countedDecision, joinedVerdict } from './joined-verdict.js';

const policy = compilePolicy({ name: 'p' }, 1, sampleCatalogue);

const finding = (more: Partial<DecidedFinding>): DecidedFinding => ({
  detector: 'd',
  action: 'flag',
  path: 't',
  start: 0,
  end: 1,
  score: 0.7,
  threshold: 0.1,
  category: 'custom',
  entity: 'E',
  hazard: '',
  owasp: '',
  shadow: false,
  valueHash: '',
  ...more,
});

const decision = (more: Partial<Decision>): Decision => ({
  policy,
  stage: 'input',
  action: 'flag',
  findings: [],
  omitted: 0,
  checks: [],
  passedUnchecked: [],
  trace: [],
  message: '',
  approvedBy: '',
  characters: 10,
  id: 'id',
  digest: 'digest',
  heldBack: 0,
  durationUs: 1,
  decidedAt: 1,
  approvalRequest: '',
  ...more,
});

const inspector = (more: Partial<Inspector>): Inspector => ({
  id: 'i',
  kind: 'built_in',
  description: '',
  policy,
  sensitive: undefined,
  threshold: 0.5,
  findsValues: true,
  ...more,
});

const outcome = (more: Partial<CheckOutcome>): CheckOutcome => ({
  check: 'c',
  score: 0.1,
  threshold: 0.5,
  status: 'ok',
  durationUs: 10,
  degradedTo: '',
  ...more,
});

describe('countedDecision', () => {
  const findings = [finding({ score: 0.4 }), finding({ score: 0.6 }), finding({ score: 0.9, shadow: true })];
  const scores = (own: number | undefined, asked: number | undefined) =>
    countedDecision(decision({ findings }), inspector({ threshold: own }), asked).findings.map(({ score }) => score);

  it.each([
    [0.5, undefined, [0.6]],
    [0.5, 0.4, [0.4, 0.6]],
    [0.5, 0.7, []],
    [undefined, undefined, [0.4, 0.6]],
    [undefined, 0.5, [0.6]],
  ])('of an own threshold %s and an asked one %s counts %j', (own, asked, expected) => {
    expect(scores(own, asked)).toEqual(expected);
  });

  it('says the threshold that counted', () => {
    const { findings: counted } = countedDecision(decision({ findings }), inspector({}), undefined);
    expect(counted[0]?.threshold).toBe(0.5);
  });
});

describe('joinedVerdict', () => {
  it('is none of nothing', () => {
    expect(joinedVerdict([], inspector({}))).toBeUndefined();
  });

  it('sums what was decided text by text', () => {
    const one = decision({ action: 'block', omitted: 1, passedUnchecked: ['c'], checks: [outcome({ score: 0.9 })] });
    const two = decision({ passedUnchecked: ['c'], checks: [outcome({ status: 'failed' }), outcome({ check: 'e' })] });
    const decided = [
      { decision: one, findings: [finding({ path: 'a' })] },
      { decision: two, findings: [finding({ path: 'b' })] },
    ];
    expect(joinedVerdict(decided, inspector({}))).toMatchObject({
      action: 'flag',
      characters: 20,
      omitted: 1,
      passedUnchecked: ['c'],
      findings: [{ path: 'a' }, { path: 'b' }],
      checks: [
        { check: 'c', score: 0.9, status: 'failed', durationUs: 20 },
        { check: 'e', durationUs: 10 },
      ],
    });
    expect(joinedVerdict(decided, inspector({ kind: 'policy' }))?.action).toBe('block');
  });
});
