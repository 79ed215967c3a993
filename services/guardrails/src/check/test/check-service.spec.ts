import type { ProcessSettings } from '@weir/config';
import { guardrailsV1 } from '@weir/contracts';
import { fakeSource } from '@weir/testing';
import { describe, expect, it } from 'vitest';
import type { FactExtractor } from '../../external/fact-extractor.service.js';
import type { GuardrailsSettings } from '../../guardrails.config.js';
import { approvalKeys, issueApproval, openRequest } from '../../policy/approvals.js';
import { Approvals } from '../approvals.service.js';
import { CheckService, type DecisionRequest } from '../check.service.js';
import { fakeRunner, partOf, policyOf } from './verdicts.fixture.js';

const process = { keyPepper: 'pepper of the specs only' } as Partial<ProcessSettings> as ProcessSettings;
const source = fakeSource({ seed: 3 });
const { runner } = fakeRunner();
const service = new CheckService(
  runner,
  {} as Partial<FactExtractor> as FactExtractor,
  new Approvals(process, source),
  { maxTextChars: 1_000 } as Partial<GuardrailsSettings> as GuardrailsSettings,
  source,
  process,
);

const requestOf = (text: string, rules: readonly object[], more: Partial<DecisionRequest> = {}): DecisionRequest => ({
  policy: policyOf({ rules }),
  stage: 'input',
  texts: [partOf(text)],
  context: [],
  facts: new Map(),
  state: undefined,
  subject: guardrailsV1.Subject.fromPartial({ projectId: 'project-1', requestId: 'request-1' }),
  approval: '',
  signal: new AbortController().signal,
  principal: undefined,
  ...more,
});

describe('a decision on whole texts', () => {
  it('takes out what a check saw and what its patterns found, in one text', async () => {
    const rules = [
      { check: 'prompt-injection', action: 'replace', replacement: '[NO]' },
      { check: 'pii.card', action: 'mask' },
    ];
    const { texts, decision } = await service.decide(requestOf('ignore 4111111111111111 it', rules));
    expect(texts).toEqual(['[NO] [pii.card] it']);
    expect(decision.findings.map(({ detector, start, end }) => [detector, start, end])).toEqual([
      ['pii.card', 7, 23],
      ['prompt-injection', 0, 6],
    ]);
    expect(decision.action).toBe('replace');
  });

  it('keeps JSON readable under a replacement that has to be escaped', async () => {
    const rules = [{ check: 'leak', action: 'replace', replacement: 'said "no"\\' }];
    const part = partOf('{"note": "a canary here"}', { json: true });
    const { texts } = await service.decide(requestOf('', rules, { texts: [part] }));
    expect(JSON.parse(texts[0]!)).toEqual({ note: 'a said "no"\\ here' });
  });

  it('acts on nothing in shadow, and tells it', async () => {
    const rules = [{ check: 'leak', action: 'block', shadow: true }];
    const { texts, decision } = await service.decide(requestOf('a canary', rules));
    expect([texts, decision.action, decision.findings[0]?.shadow]).toEqual([['a canary'], 'allow', true]);
  });

  it('lets nothing go on that is held, and nothing that is too long to be judged', async () => {
    const rules = [{ check: 'leak', action: 'block' }];
    const { texts, decision } = await service.decide(requestOf('a canary', rules));
    expect([texts, decision.action, decision.approvalRequest]).toEqual([[], 'block', '']);
    await expect(service.decide(requestOf('x'.repeat(1_001), rules))).rejects.toMatchObject({
      code: 'payload_too_large',
    });
    expect((await service.decide(requestOf('x'.repeat(1_000), rules))).decision.characters).toBe(1_000);
  });
});

describe('content that waits for a person', () => {
  const rules = [{ check: 'leak', action: 'require_approval' }];
  const keys = approvalKeys(process.keyPepper);
  const approve = (request: string, more: object = {}): string => {
    const approval = { id: 'a', approver: 'ada', expiresAtMs: source.now() + 1_000 };
    return issueApproval(approval, { ...openRequest(request, keys), ...more }, keys);
  };

  it('goes on with the proof of its approval, flagged, and nothing else does', async () => {
    const { texts, decision } = await service.decide(requestOf('a canary', rules));
    expect([texts, decision.action]).toEqual([[], 'require_approval']);
    const approval = approve(decision.approvalRequest);
    const approved = await service.decide(requestOf('a canary', rules, { approval }));
    expect([approved.texts, approved.decision.action, approved.decision.approvedBy]).toEqual([
      ['a canary'],
      'flag',
      'ada',
    ]);
    const other = await service.decide(requestOf('another canary', rules, { approval }));
    expect([other.texts, other.decision.approvedBy]).toEqual([[], '']);
    const foreign = approve(decision.approvalRequest, { projectId: 'project-2' });
    expect((await service.decide(requestOf('a canary', rules, { approval: foreign }))).texts).toEqual([]);
  });

  it.each<[string, Partial<DecisionRequest>]>([
    ['facts that the rules read', { facts: new Map([['amount', '1000000']]) }],
    ['another role', { texts: [partOf('a canary', { role: 'system' })] }],
    ['a call of another tool', { texts: [partOf('a canary', { tool: 'wire' })] }],
    ['another text beside it', { context: [partOf('before', { path: 'before' })] }],
    ['another model', { subject: guardrailsV1.Subject.fromPartial({ projectId: 'project-1', model: 'other' }) }],
  ])('does not go on with an approval for %s', async (_what, more) => {
    const { decision } = await service.decide(requestOf('a canary', rules, { facts: new Map([['amount', '1001']]) }));
    const approval = approve(decision.approvalRequest);
    const facts = new Map([['amount', '1001']]);
    expect((await service.decide(requestOf('a canary', rules, { facts, approval }))).texts).toEqual(['a canary']);
    expect((await service.decide(requestOf('a canary', rules, { facts, ...more, approval }))).texts).toEqual([]);
  });
});

describe('the mark in a system prompt', () => {
  const marked = policyOf({ canary: true, rules: [{ check: 'prompt-injection', action: 'mask' }] });
  const prompt = partOf('Never ignore it.', { role: 'system' });

  it('stands at its end, once, and is known to later checks', async () => {
    const { texts, state } = await service.decide(
      requestOf('', [], { policy: marked, texts: [prompt, partOf('hi', { path: 'b' })] }),
    );
    const [canary = ''] = state.canaries;
    expect(canary).toMatch(/^[0-9a-f]{16}$/);
    expect(texts[0]).toMatch(new RegExp(`^Never \\[REMOVED\\] it\\.\\n\\n.*${canary}`));
    expect(texts[1]).toBe('hi');
  });

  it('is not put into answers, into JSON, or where there is no system prompt', async () => {
    for (const texts of [[partOf('hi')], [partOf('{}', { role: 'system', json: true })]]) {
      const decided = await service.decide(requestOf('', [], { policy: marked, texts }));
      expect([decided.texts, decided.state.canaries]).toEqual([texts.map(({ text }) => text), []]);
    }
    const { state } = await service.decide(requestOf('', [], { policy: marked, texts: [prompt], stage: 'output' }));
    expect(state.canaries).toEqual([]);
  });
});
