import { guardrailsV1, guardrailVerdict } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { hashValue, MAX_FINDINGS } from '../decision.js';
import { verdictEvent, verdictMessage } from '../verdict-wire.js';
import { decisionOf, findingOf, policyOf, SALT } from './verdicts.fixture.js';

const subject = guardrailsV1.Subject.fromPartial({
  requestId: 'request-1',
  organizationId: 'organization-1',
  projectId: 'project-1',
  apiKeyId: 'key-1',
  model: 'assistant',
});
const policy = { ...policyOf(), versions: ['shop@3', 'project@7'] };
const decision = decisionOf({ policy });
const sent = (decided = decision) => {
  const { encode, decode } = guardrailsV1.Verdict;
  return decode(encode(verdictMessage(decided, SALT)).finish());
};

describe('a verdict for its caller', () => {
  it('brings every field over its wire', () => {
    const { path, start, end, score, threshold, shadow, valueHash, category, entity, hazard, owasp } = findingOf();
    expect(sent()).toEqual({
      id: 'verdict-1',
      policy: 'shop',
      policyVersion: 3,
      policies: ['shop@3', 'project@7'],
      stage: guardrailsV1.Stage.STAGE_OUTPUT,
      action: guardrailsV1.Action.ACTION_MASK,
      findings: [
        {
          ...{ path, start, end, score, threshold, shadow, valueHash, category, entity, hazard, owasp },
          detector: 'pii.card',
          action: guardrailsV1.Action.ACTION_MASK,
        },
      ],
      checks: [{ check: 'leak', score: 0.25, threshold: 0.5, status: 'failed', durationUs: 12, degradedTo: 'weak' }],
      passedUnchecked: ['leak'],
      trace: [
        {
          rule: 'limit',
          facts: [`request.metadata.tier=${hashValue('gold', SALT)}`, 'text.characters=12'],
          conclusion: 'action=mask',
        },
      ],
      digest: decision.digest,
      approvalRequest: 'sealed',
      message: 'Not here.',
      durationUs: 1_235,
    });
  });

  it('lists as many findings as it may, the first ones', () => {
    const findings = Array.from({ length: MAX_FINDINGS + 30 }, (_, start) => findingOf({ start, end: start + 1 }));
    const { findings: listed } = sent(decisionOf({ findings }));
    expect(listed.map(({ start }) => start)).toEqual(Array.from({ length: MAX_FINDINGS }, (_, start) => start));
  });

  it('never has a text that a rule read', () => {
    expect(JSON.stringify(sent())).not.toContain('gold');
  });
});

describe('a verdict for analysts', () => {
  const event = verdictEvent(decision, subject);

  it('has every field of its event, and is one', () => {
    const { valueHash, ...finding } = findingOf();
    expect(event).toEqual({
      verdict_id: 'verdict-1',
      request_id: 'request-1',
      organization_id: 'organization-1',
      project_id: 'project-1',
      api_key_id: 'key-1',
      model: 'assistant',
      policy: 'shop',
      policy_version: 3,
      policies: ['shop@3', 'project@7'],
      stage: 'output',
      action: 'mask',
      findings: [{ ...finding, value_hash: valueHash }],
      findings_omitted: 2,
      checks: [{ check: 'leak', score: 0.25, threshold: 0.5, status: 'failed', duration_us: 12, degraded_to: 'weak' }],
      passed_unchecked: ['leak'],
      rules: ['limit'],
      digest: decision.digest,
      approved_by: 'ada',
      held_back_characters: 17,
      characters: 42,
      duration_us: 1_235,
      decided_at: 1_700_000_000_000,
    });
    expect(guardrailVerdict.data.parse(event)).toEqual(event);
    expect(Object.keys(event).sort()).toEqual(Object.keys(guardrailVerdict.data.shape).sort());
  });

  it('counts the findings that it does not list, with those that were not kept at all', () => {
    const findings = Array.from({ length: MAX_FINDINGS + 30 }, () => findingOf());
    const many = verdictEvent(decisionOf({ findings }), subject);
    expect(many.findings).toHaveLength(MAX_FINDINGS);
    expect(many.findings_omitted).toBe(32);
    expect(verdictEvent(decisionOf({ findings: findings.slice(0, MAX_FINDINGS), omitted: 0 }), subject)).toMatchObject({
      findings_omitted: 0,
    });
  });

  it('has neither texts nor proofs nor the words for the client', () => {
    const told = JSON.stringify(event);
    for (const secret of ['gold', 'sealed', 'Not here.']) expect(told).not.toContain(secret);
  });
});
