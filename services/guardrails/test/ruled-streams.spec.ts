import { readFileSync } from 'node:fs';
import { guardrailsV1, guardrailVerdict, type GuardrailVerdict } from '@weir/contracts';
import { eventually, startTestProcess, type TestProcess } from '@weir/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guardrailsService } from '../src/index.js';
import { policyFolder, type PolicyFolder } from './policy-process.js';
import { streamedAnswer, subject } from './streamed-answer.js';

const { Action, GuardrailsServiceDefinition, PolicyServiceDefinition, Stage } = guardrailsV1;
const WHOLE_TEXT = 2 ** 32 - 1;
const CARD = '4111 1111 1111 1111';

const refundAssistant = readFileSync(new URL('../policies/refund-assistant.json', import.meta.url), 'utf8');
const page = readFileSync(new URL('../../../docs/guardrails.md', import.meta.url), 'utf8');
const [transfers = ''] = [...page.matchAll(/```json\n([\s\S]*?)```/g)].flatMap(([, each = '']) =>
  each.includes('"transfers"') ? [each] : [],
);

/** As JSON: an object with a member `then` written out looks like a promise to tools. */
const NO_PROMISES = `{
  "name": "no-promises",
  "rules": [{ "check": "pii.card", "action": "mask" }],
  "logic": {
    "rules": [
      {
        "id": "no-guests",
        "when": { "all": [
          { "fact": "stage", "op": "eq", "value": "output" },
          { "fact": "request.metadata.tier", "op": "eq", "value": "none" }
        ] },
        "then": { "action": "block", "message": "Not for you." }
      },
      {
        "id": "card-told",
        "when": { "all": [
          { "fact": "verdict.pii.card.found", "op": "eq", "value": true },
          { "not": { "fact": "request.metadata.tier", "op": "eq", "value": "staff" } }
        ] },
        "then": { "action": "block", "message": "No numbers here." }
      }
    ]
  }
}`;
const POLICIES = [{ name: 'default' }, ...[refundAssistant, transfers, NO_PROMISES].map((each) => JSON.parse(each) as { name: string })]; // prettier-ignore

describe('rules over facts on streams', () => {
  let folder: PolicyFolder;
  let weir: TestProcess;
  const events: GuardrailVerdict[] = [];
  const client = () => weir.operator.client('guardrails', GuardrailsServiceDefinition);

  const stream = (open: Partial<guardrailsV1.FilterOpen>, chunks: readonly string[]) =>
    streamedAnswer(weir, open, chunks);

  beforeAll(async () => {
    folder = await policyFolder(POLICIES);
    weir = await startTestProcess({ services: [guardrailsService], env: { WEIR_GUARDRAILS_POLICY_DIR: folder.path } });
    const onEvent = async ({ data }: { data: GuardrailVerdict }) => void events.push(data);
    await weir.bus.consume({ event: guardrailVerdict, group: 'test', onEvent });
  });
  afterAll(async () => {
    await weir?.[Symbol.asyncDispose]();
    await folder?.[Symbol.asyncDispose]();
  });

  it.each(['refund-assistant', 'transfers'])('lets an answer of %s stream, and judges its calls', async (policy) => {
    const { releases, text, verdict } = await stream({ policy, maxHoldbackChars: 2_000 }, [
      ...'Your refund is on its way, see you.',
    ]);
    expect(text).toBe('Your refund is on its way, see you.');
    expect(releases.length).toBeGreaterThan(5);
    expect(verdict).toMatchObject({ action: Action.ACTION_ALLOW, trace: [] });
    const call = '{"amount": 5000, "order_total": 50, "days_since_purchase": 2, "from": "me"}';
    const open = { policy, stage: Stage.STAGE_TOOL_CALL, facts: { account: 'me' } };
    const refused = await stream(open, [...call]);
    expect(refused.text).toBe('');
    const part = { path: 'choices.0', text: call, role: 'assistant' };
    const unary = await client().check({ ...open, subject, parts: [part] });
    expect(refused.verdict).toMatchObject({ action: unary.verdict?.action, trace: unary.verdict?.trace });
    expect(unary.parts).toEqual([]);
  });

  it('holds an answer that rules may stop, and decides on it as on a complete one', async () => {
    const policy = 'no-promises';
    const cases: [Record<string, string>, string, string][] = [
      [{}, 'All is well today.', 'All is well today.'],
      [{}, `Pay with ${CARD}, please.`, ''],
      [{ tier: 'staff' }, `Pay with ${CARD}, please.`, 'Pay with [CARD], please.'],
      [{ tier: 'none' }, 'Anything at all.', ''],
    ];
    for (const [facts, text, expected] of cases) {
      for (const chunks of [[text], [...text]]) {
        const streamed = await stream({ policy, facts }, chunks);
        const parts = [{ path: 'choices.0', text, role: 'assistant' }];
        const unary = await client().check({ policy, stage: Stage.STAGE_OUTPUT, subject, facts, parts });
        const { action, trace, message } = unary.verdict ?? {};
        expect(streamed.text).toBe(expected);
        expect(unary.parts.map((part) => part.text).join('')).toBe(expected);
        expect(streamed.verdict).toMatchObject({ action, trace, message });
      }
    }
  });

  it('tells which rules fired in its event', async () => {
    const { verdict } = await stream({ policy: 'no-promises' }, [...`Pay with ${CARD}.`]);
    const event = await eventually(() => events.find(({ verdict_id }) => verdict_id === verdict?.id));
    expect(event).toMatchObject({ action: 'block', rules: ['card-told'], stage: 'output' });
    expect(event.held_back_characters).toBe(`Pay with ${CARD}.`.length);
  });

  it('shows what a policy holds back, and refuses a route that cannot wait for it', async () => {
    const { policies } = await client().listPolicies({});
    const held = new Map(policies.map(({ name, maxHoldbackChars }) => [name, maxHoldbackChars]));
    expect(held.get('no-promises')).toBe(WHOLE_TEXT);
    expect(Math.max(held.get('transfers') ?? WHOLE_TEXT, held.get('refund-assistant') ?? WHOLE_TEXT)).toBeLessThan(
      2_000,
    );
    const { policy } = await weir.operator
      .client('guardrails', PolicyServiceDefinition)
      .checkPolicy({ document: NO_PROMISES });
    expect(policy?.maxHoldbackChars).toBe(WHOLE_TEXT);
    const tight = stream({ policy: 'no-promises', maxHoldbackChars: 2_000 }, ['x']);
    await expect(tight).rejects.toMatchObject({ code: 'failed_precondition' });
    const together = stream({ policy: 'transfers', morePolicies: ['no-promises'], maxHoldbackChars: 2_000 }, ['x']);
    await expect(together).rejects.toMatchObject({ code: 'failed_precondition' });
  });
});
