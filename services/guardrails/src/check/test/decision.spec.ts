import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { actionOf, decidedCheck, decidedMatch, digestOf, hashValue, ruleStep, type Verdict } from '../decision.js';
import { decisionOf, findingOf, policyOf, SALT, verdictOf } from './verdicts.fixture.js';

const [finding, check, step] = [findingOf(), verdictOf().checks[0]!, verdictOf().trace[0]!];
const digest = (verdict: Verdict, salt = SALT): string => digestOf(verdict, salt);

/** Every field that a digest speaks for, with another value. */
const CHANGES: Readonly<Record<string, Partial<Verdict>>> = {
  'the policy': { policy: policyOf({ name: 'other' }) },
  'the document of the policy': { policy: policyOf({ description: 'changed' }) },
  'the policies that decide': { policy: { ...policyOf(), versions: ['shop@3', 'project@1'] } },
  'the stage': { stage: 'input' },
  'the action': { action: 'block' },
  'no finding': { findings: [] },
  'one finding more': { findings: [finding, finding] },
  'what is omitted': { omitted: 3 },
  'no check': { checks: [] },
  'the id of a check': { checks: [{ ...check, check: 'other' }] },
  'the score of a check': { checks: [{ ...check, score: 0.26 }] },
  'the threshold of a check': { checks: [{ ...check, threshold: 0.51 }] },
  'the status of a check': { checks: [{ ...check, status: 'timed_out' }] },
  'who answered for a check': { checks: [{ ...check, degradedTo: '' }] },
  'what passed unchecked': { passedUnchecked: [] },
  'no rule': { trace: [] },
  'the rule that fired': { trace: [{ ...step, rule: 'other' }] },
  'a text that a rule read': { trace: [{ ...step, read: [['request.metadata.tier', 'silver'], step.read[1]!] }] },
  'a number that a rule read': { trace: [{ ...step, read: [step.read[0]!, ['text.characters', 13]] }] },
  'what a rule concluded': { trace: [{ ...step, conclusion: 'action=flag' }] },
  'the message': { message: '' },
  'the characters': { characters: 43 },
  ...Object.fromEntries(
    Object.entries(finding).map(([field, value]) => {
      const other = typeof value === 'number' ? value + 0.125 : typeof value === 'boolean' ? !value : `${value}2`;
      return [`the ${field} of a finding`, { findings: [{ ...finding, [field]: other }] }];
    }),
  ),
};

describe('the digest of a verdict', () => {
  it('is the same for equal verdicts, also when the policy was compiled once more', () => {
    expect(digest(verdictOf())).toMatch(/^[0-9a-f]{64}$/);
    expect(digest(verdictOf())).toBe(digest(verdictOf({ policy: policyOf() })));
  });

  it.each(Object.entries(CHANGES))('changes with %s', (_, change) => {
    expect(digest(verdictOf(change))).not.toBe(digest(verdictOf()));
  });

  it('says nothing about ids, times and durations', () => {
    const later = decisionOf({
      id: 'verdict-2',
      decidedAt: 1,
      durationUs: 9,
      heldBack: 9,
      digest: '',
      approvalRequest: '',
      checks: [{ ...check, durationUs: 99 }],
    });
    expect(digest(later)).toBe(digest(verdictOf()));
  });

  it('tells texts that rules read only to who has the salt', () => {
    expect(digest(verdictOf(), 'other')).not.toBe(digest(verdictOf()));
    expect(digest(verdictOf({ trace: [] }), 'other')).toBe(digest(verdictOf({ trace: [] })));
  });
});

describe('a decided finding', () => {
  const rule = { action: 'mask', threshold: 0.4, shadow: true, replacement: '' } as const;

  it('tells a value by its place and its hash, never by itself', () => {
    const [detector] = policyOf({ rules: [{ check: 'pii.card', action: 'mask' }] }).stage('input').plan.detectors;
    const match = { detector: detector!, start: 3, end: 19, value: '4111111111111111', score: 1 };
    const decided = decidedMatch('messages.0.content', match, rule, SALT);
    expect(decided).toEqual({
      detector: 'pii.card',
      action: 'mask',
      path: 'messages.0.content',
      start: 3,
      end: 19,
      score: 1,
      threshold: 0.4,
      category: 'pii',
      entity: 'pii.card',
      hazard: '',
      owasp: '',
      shadow: true,
      valueHash: hashValue('4111111111111111', SALT),
    });
    expect(JSON.stringify(decided)).not.toContain('4111');
  });

  it('of a check has the hash of what its span covers', () => {
    const seen = { path: 'a', start: 4, end: 8, score: 0.9, category: 'toxicity', entity: 'hate' } as const;
    const told = { ...seen, hazard: 'S10', owasp: 'LLM09' };
    const decided = decidedCheck({ check: 'toxicity', finding: told, rule }, 'say hate now', SALT);
    expect(decided).toEqual({
      ...told,
      detector: 'toxicity',
      action: 'mask',
      threshold: 0.4,
      shadow: true,
      valueHash: hashValue('hate', SALT),
    });
    expect(decidedCheck({ check: 'toxicity', finding: seen, rule }, '', SALT)).toMatchObject({ hazard: '', owasp: '' });
  });

  it('has a hash that nobody can make without the salt', () => {
    const expected = createHmac('sha256', SALT).update('4111').digest('hex').slice(0, 32);
    expect(hashValue('4111', SALT)).toBe(expected);
    expect(hashValue('4111', 'other')).not.toBe(expected);
  });

  it('acts unless it is in shadow; the strongest one counts', () => {
    expect(actionOf([])).toBe('allow');
    expect(actionOf([findingOf({ action: 'flag' }), finding, findingOf({ action: 'allow' })])).toBe('mask');
    expect(actionOf([finding, findingOf({ action: 'block', shadow: true })])).toBe('mask');
  });
});

describe('a step of the rules', () => {
  it('tells numbers and truths as they are, and texts by their hashes', () => {
    const read = [['a', 'gold'], ['b', 1.5], ['c', true]] as const; // prettier-ignore
    expect(ruleStep({ rule: 'r', read, conclusion: 'risk=high' }, SALT)).toEqual({
      rule: 'r',
      facts: [`a=${hashValue('gold', SALT)}`, 'b=1.5', 'c=true'],
      conclusion: 'risk=high',
    });
  });
});
