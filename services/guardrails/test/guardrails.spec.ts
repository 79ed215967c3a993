import { guardrailsV1, guardrailVerdict, type GuardrailVerdict } from '@weir/contracts';
import { eventually, startTestProcess, type TestProcess } from '@weir/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guardrailsService } from '../src/index.js';

const { Stage, Action, GuardrailsServiceDefinition } = guardrailsV1;
const CARD = '4111 1111 1111 1111';
const subject = { requestId: 'r', organizationId: 'o', projectId: 'p', apiKeyId: 'k', model: 'm' };

type Step = guardrailsV1.FilterStreamRequest['step'];

async function* steps(...list: Step[]): AsyncIterable<{ step: Step }> {
  for (const step of list) yield { step };
}

const open = (policy = 'default', stage = Stage.STAGE_OUTPUT): Step => ({
  $case: 'open',
  value: guardrailsV1.FilterOpen.fromPartial({ policy, stage, subject }),
});
const chunk = (text: string, choiceIndex = 0): Step => ({
  $case: 'chunk',
  value: guardrailsV1.FilterChunk.fromPartial({ choiceIndex, text }),
});
const end: Step = { $case: 'end', value: { continuations: [] } };

describe('guardrails service', () => {
  let weir: TestProcess;
  const events: GuardrailVerdict[] = [];
  const client = () => weir.operator.client('guardrails', GuardrailsServiceDefinition);

  async function filter(...list: Step[]): Promise<{ text: string[]; verdict?: guardrailsV1.Verdict }> {
    const text: string[] = [];
    let verdict: guardrailsV1.Verdict | undefined;
    for await (const { step } of client().filterStream(steps(...list))) {
      if (step?.$case === 'release')
        text[step.value.choiceIndex] = (text[step.value.choiceIndex] ?? '') + step.value.text;
      if (step?.$case === 'verdict') verdict = step.value;
    }
    return verdict ? { text, verdict } : { text };
  }

  beforeAll(async () => {
    weir = await startTestProcess({ services: [guardrailsService] });
    await weir.bus.consume({
      event: guardrailVerdict,
      group: 'test',
      onEvent: async ({ data }) => void events.push(data),
    });
  });
  afterAll(() => weir?.[Symbol.asyncDispose]());

  it('masks complete texts part by part and says where', async () => {
    const { verdict, parts } = await client().check({
      policy: 'default',
      stage: Stage.STAGE_INPUT,
      subject,
      parts: [
        { path: 'messages.0.content', text: 'be brief' },
        { path: 'messages.1.content', text: `pay with ${CARD} or mail ada@example.com` },
      ],
    });
    expect(parts.map((part) => part.text)).toEqual(['be brief', 'pay with [CARD] or mail [EMAIL]']);
    expect(verdict).toMatchObject({ action: Action.ACTION_MASK, policy: 'default', policyVersion: 1 });
    expect(verdict?.findings.map(({ detector, path, start, end }) => [detector, path, start, end])).toEqual([
      ['pii.card', 'messages.1.content', 9, 28],
      ['pii.email', 'messages.1.content', 37, 52],
    ]);
  });

  it('gives no text back when it blocks', async () => {
    const parts = [{ path: 'prompt', text: 'tell me the Project Nightfall internal roadmap' }];
    const answer = await client().check({ policy: 'default', stage: Stage.STAGE_INPUT, subject, parts });
    expect(answer.verdict?.action).toBe(Action.ACTION_BLOCK);
    expect(answer.parts).toEqual([]);
  });

  it('filters a stream cut in the middle of a value, each choice on its own', async () => {
    const { text, verdict } = await filter(
      open(),
      chunk('card 4111 11'),
      chunk('other 4111 ', 1),
      chunk('11 1111 1111'),
      chunk('words', 1),
      chunk(' thanks'),
      end,
    );
    expect(text).toEqual(['card [CARD] thanks', 'other 4111 words']);
    expect(verdict?.findings.map((finding) => finding.path)).toEqual(['choices.0']);
  });

  it.each([
    ['anyhow', [''], 'the card is [CARD]'],
    ['with a stop sequence that goes on with it', ['x', '1'], 'the card is [CARD]'],
    ['with one that does not', ['x'], 'the card is 4111 1111 11'],
    ['not at all', [], 'the card is 4111 1111 11'],
  ])('treats half a value as one in a text that may have gone on %s, whole and streamed', async (_, next, shown) => {
    const text = 'the card is 4111 1111 11';
    const streamed = await filter(open(), chunk(text), { $case: 'end', value: { continuations: next } });
    const parts = [{ path: 'prompt', text, continuations: next }];
    const whole = await client().check({ policy: 'default', stage: Stage.STAGE_OUTPUT, subject, parts });
    expect([streamed.text.join(''), whole.parts[0]?.text]).toEqual([shown, shown]);
    const told = [streamed, whole].map(({ verdict }) =>
      verdict?.findings.map(({ detector, end: to }) => [detector, to]),
    );
    expect(told).toEqual(shown === text ? [[], []] : [[['pii.card', 24]], [['pii.card', 24]]]);
  });

  it('takes no more continuations than requests have stop sequences', async () => {
    const continuations = Array.from({ length: 17 }, (_, index) => `${index}`);
    const parts = [{ path: 'prompt', text: 'x', continuations }];
    const failure = { code: 'invalid_request', param: 'continuations' };
    await expect(client().check({ policy: 'default', stage: Stage.STAGE_OUTPUT, parts })).rejects.toMatchObject(
      failure,
    );
    const cutOff: Step = { $case: 'end', value: { continuations } };
    await expect(filter(open(), chunk('x'), cutOff)).rejects.toMatchObject(failure);
  });

  it('ends a stream at a denied phrase', async () => {
    const { text, verdict } = await filter(
      open(),
      chunk('it is project nightfall internal'),
      chunk(' roadmap, page 1'),
      end,
    );
    expect(text).toEqual(['it is ']);
    expect(verdict?.action).toBe(Action.ACTION_BLOCK);
  });

  it('publishes one event per decision, without any text', async () => {
    const { verdict } = await filter(open(), chunk(`secret mail ada@example.com`), end);
    const event = await eventually(() => events.find((data) => data.verdict_id === verdict?.id));
    expect(event).toMatchObject({
      stage: 'output',
      action: 'mask',
      policy: 'default',
      project_id: 'p',
      characters: 27,
    });
    expect(JSON.stringify(event)).not.toContain('ada@');
    expect(event.findings[0]?.value_hash).toMatch(/^[0-9a-f]{32}$/);
  });

  it('hashes equal values to equal hashes, and others to others', async () => {
    const hashes = async (text: string) => {
      const { verdict } = await filter(open(), chunk(text), end);
      return verdict?.findings.map((finding) => finding.valueHash) ?? [];
    };
    const [one, two, three] = await hashes('a@example.com b@example.com a@example.com');
    expect(one).toBe(three);
    expect(one).not.toBe(two);
  });

  it.each<[string, Step[], string]>([
    ['an unknown policy', [open('nobody')], 'failed_precondition'],
    ['no stage', [open('default', Stage.STAGE_UNSPECIFIED)], 'invalid_request'],
    ['text before the opening', [chunk('x')], 'invalid_request'],
    ['two openings', [open(), open()], 'invalid_request'],
    ['nothing at all', [], 'invalid_request'],
  ])('refuses %s', async (_what, list, code) => {
    await expect(filter(...list)).rejects.toMatchObject({ code });
  });

  it('refuses a caller without a right to it', async () => {
    const tenant = await weir.seedTenant();
    const stranger = weir.clients(tenant.apiKey).client('guardrails', GuardrailsServiceDefinition);
    await expect(stranger.listPolicies({})).rejects.toMatchObject({ code: 'permission_denied' });
  });

  it('lists its policies with their worst hold-back: the longest of their values, computed from the patterns', async () => {
    const { policies } = await client().listPolicies({});
    expect(policies.find((policy) => policy.name === 'default')).toMatchObject({ version: 1, maxHoldbackChars: 1280 });
  });
});
