import { guardrailsV1, guardrailVerdict } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { compilePolicy } from '../policy/compile-policy.js';
import { StreamFilter } from '../filter/stream-filter.js';
import { actionOf, stageOf, verdictEvent, verdictMessage, type Decision } from './decision.js';

const policy = compilePolicy({
  name: 'test',
  version: 2,
  detectors: [
    { id: 'pii.email', action: 'flag' },
    { id: 'pii.card', action: 'mask' },
  ],
  deny: ['forbidden words'],
});

function decide(text: string): Decision {
  const filter = new StreamFilter(policy);
  filter.push(text);
  filter.end();
  const findings = filter.findings.map((finding) => ({ ...finding, path: 'prompt' }));
  return { id: 'v', policy, stage: 'input', findings, characters: text.length, durationUs: 12.4, decidedAt: 5 };
}

const subject = guardrailsV1.Subject.fromPartial({ requestId: 'r', projectId: 'p' });

describe('decisions', () => {
  it.each([
    ['plain', 'allow'],
    ['a@example.com', 'flag'],
    ['a@example.com 4111111111111111', 'mask'],
    ['4111111111111111 and forbidden words', 'block'],
  ])('%s: %s', (text, action) => {
    expect(actionOf(decide(text).findings)).toBe(action);
  });

  it('leaves flagged values in the text', () => {
    const filter = new StreamFilter(policy);
    expect(filter.push('mail a@example.com now') + filter.end()).toBe('mail a@example.com now');
    expect(filter.findings).toHaveLength(1);
  });

  it('lists at most 100 findings and counts the others', () => {
    const event = verdictEvent(decide('a@example.com '.repeat(130)), subject, 'salt');
    expect(event.findings).toHaveLength(100);
    expect(event.findings_omitted).toBe(30);
    expect(guardrailVerdict.data.safeParse(event).success).toBe(true);
  });

  it('says the same on both wires, and never the value', () => {
    const decision = decide('call 4111111111111111 now');
    const message = verdictMessage(decision, 'salt');
    const event = verdictEvent(decision, subject, 'salt');
    expect(message.findings[0]?.valueHash).toBe(event.findings[0]?.value_hash);
    expect(message.findings[0]?.valueHash).not.toBe(verdictMessage(decision, 'other').findings[0]?.valueHash);
    expect(JSON.stringify([message, event])).not.toContain('4111');
  });

  it('knows the stages of the wire', () => {
    expect(stageOf(guardrailsV1.Stage.STAGE_OUTPUT)).toBe('output');
    expect(stageOf(guardrailsV1.Stage.STAGE_UNSPECIFIED)).toBeUndefined();
  });
});
