import { randomBytes } from 'node:crypto';
import { guardrailContent, guardrailsV1 } from '@weir/contracts';
import { eventually, type Tenant, type TestProcess } from '@weir/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../src/detector/verdict-words.js';
import { ContentRecorder } from '../src/replay/content-recorder.service.js';
import { policyFolder, startPolicyProcess, type PolicyFolder } from './policy-process.js';

const { Action, PolicyServiceDefinition, Stage: WireStage } = guardrailsV1;
const CARD = 'pay 4111111111111111';

let folder: PolicyFolder;
let weir: TestProcess;
let keeping: Tenant;
let other: Tenant;
let forgetting: Tenant;

const policies = () => weir.operator.client('guardrails', PolicyServiceDefinition);
const masksCards = { name: 'default', rules: [{ check: 'pii.card', action: 'mask' }] };
const blocksCards = { name: 'default', rules: [{ check: 'pii.card', action: 'block' }] };
const candidate = JSON.stringify(blocksCards);

type Request = Parameters<ReturnType<typeof policies>['replayPolicy']>[0];

async function replay(request: Request, client = policies()): Promise<guardrailsV1.ReplayPolicyResponse[]> {
  const answers: guardrailsV1.ReplayPolicyResponse[] = [];
  for await (const answer of client.replayPolicy(request)) answers.push(answer);
  return answers;
}

const recorded = (sinceMs: number, projectId = ''): Request => ({
  candidate,
  inputs: { $case: 'recorded', value: { sinceMs, projectId } },
});

/** As the pipeline does after a decision. */
async function record(
  tenant: Tenant,
  id: string,
  text: string,
  more: { stage?: Stage; versions?: string[]; at?: number } = {},
) {
  const { stage = 'input', versions = ['default@1'], at = Date.now() } = more;
  await weir.app.get(ContentRecorder, { strict: false }).record(
    {
      verdict_id: `v-${id}`,
      request_id: id,
      organization_id: tenant.organizationId,
      project_id: tenant.projectId,
      policies: versions,
      stage,
      decided_at: at,
    },
    {
      model: 'm',
      texts: [{ path: 'messages.0', role: 'user', stage, text, tool: '', json: false }],
      context: [],
      facts: {},
    },
  );
}

async function keepContent({ organizationId, projectId }: Tenant): Promise<void> {
  await weir.publishState({
    kind: 'project',
    id: projectId,
    organization_id: organizationId,
    name: 'keeps',
    policy: '',
    keep_content: true,
    created_at: 0,
  });
}

beforeAll(async () => {
  folder = await policyFolder([masksCards, { name: 'extra' }]);
  weir = await startPolicyProcess(folder);
  const admin = { scopes: ['admin'], role: 'admin' } as const;
  [keeping, other, forgetting] = [
    await weir.seedTenant(admin),
    await weir.seedTenant(admin),
    await weir.seedTenant(admin),
  ];
  await keepContent(keeping);
  await keepContent(other);
  await record(keeping, 'card', CARD);
  await record(keeping, 'plain', 'nothing at all');
  await record(keeping, 'with another', CARD, { versions: ['extra@1', 'default@1'] });
  await record(keeping, 'by another', CARD, { versions: ['extra@1'] });
  await record(keeping, 'answer', CARD, { stage: 'output', versions: ['default@900'] });
  await record(keeping, 'by nobody', CARD, { versions: ['gone@1'] });
  await record(keeping, 'long ago', CARD, { at: Date.now() - 86_400_000 });
  await record(other, 'of the other', CARD);
  await record(forgetting, 'not kept', CARD);
});
afterAll(async () => {
  await weir?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

describe('a replay of recorded inputs', () => {
  const flips = (answers: guardrailsV1.ReplayPolicyResponse[]) =>
    answers.slice(0, -1).map(({ id, before, after }) => [id, before, after]);

  it('shows what would flip, with the candidate in the place of the policy of its name', async () => {
    const answers = await replay(recorded(Date.now() - 3_600_000, keeping.projectId));
    expect(flips(answers).sort()).toEqual([
      ['answer', Action.ACTION_MASK, Action.ACTION_BLOCK],
      ['by another', Action.ACTION_ALLOW, Action.ACTION_BLOCK],
      ['card', Action.ACTION_MASK, Action.ACTION_BLOCK],
      ['with another', Action.ACTION_MASK, Action.ACTION_BLOCK],
    ]);
    expect(answers[0]?.detectors).toEqual(['pii.card']);
    expect(answers.find(({ id }) => id === 'answer')?.stage).toBe(WireStage.STAGE_OUTPUT);
    expect(answers.at(-1)).toMatchObject({ replayed: 5, unreadable: 1, after: Action.ACTION_UNSPECIFIED });
  });

  it('goes back as far as it is told to', async () => {
    expect((await replay(recorded(0, keeping.projectId))).at(-1)).toMatchObject({ replayed: 6, unreadable: 1 });
    expect(await replay(recorded(Date.now() + 60_000))).toEqual([
      expect.objectContaining({ replayed: 0, unreadable: 0 }),
    ]);
  });

  it('shows the operator every project that keeps content, and a key those of its organisation', async () => {
    const own = weir.clients(other.apiKey).client('guardrails', PolicyServiceDefinition);
    expect(flips(await replay(recorded(0), own)).map(([id]) => id)).toEqual(['of the other']);
    expect((await replay(recorded(0, keeping.projectId), own)).at(-1)?.replayed).toBe(0);
    const ids = flips(await replay(recorded(0))).map(([id]) => id);
    expect(ids).toContain('of the other');
    expect(ids).toContain('card');
    expect(ids).not.toContain('not kept');
  });

  it('has nothing to show of what is sealed in the topic', async () => {
    const seen: string[] = [];
    await weir.bus.consume({
      event: guardrailContent,
      group: 'test',
      onEvent: async ({ data }) => void seen.push(JSON.stringify(data)),
    });
    await eventually(() => seen.length === 8);
    expect(seen.join()).not.toMatch(/4111\D?1111/);
    expect(seen.join()).not.toContain('nothing at all');
  });

  it('counts what was kept and what was too large to keep', async () => {
    await record(keeping, 'large', randomBytes(1_000_000).toString('base64'));
    const body = await fetch(`${weir.httpUrl}/metrics`).then((answer) => answer.text());
    expect(body).toContain('weir_guardrails_content_records_total{outcome="stored"} 8');
    expect(body).toContain('weir_guardrails_content_records_total{outcome="too_large"} 1');
  });
});

describe('a replay of given inputs', () => {
  const parts = [
    { path: 'one', text: CARD },
    { path: 'two', text: 'harmless' },
    { path: 'three', text: CARD, stage: WireStage.STAGE_DOCUMENT },
  ].map((part) => guardrailsV1.TextPart.fromPartial(part));

  it('compares with the version in force, or with another policy', async () => {
    const answers = await replay({ candidate, inputs: { $case: 'given', value: { baseline: '', parts } } });
    expect(answers.map(({ id, before }) => [id, before])).toEqual([
      ['one', Action.ACTION_MASK],
      ['three', Action.ACTION_MASK],
      ['', Action.ACTION_UNSPECIFIED],
    ]);
    expect(answers.at(-1)).toMatchObject({ replayed: 3, unreadable: 0 });
    const same = await replay({
      candidate: 'default',
      inputs: { $case: 'given', value: { baseline: 'default', parts } },
    });
    expect(same).toHaveLength(1);
    const extra = await replay({
      candidate: 'default@1',
      inputs: { $case: 'given', value: { baseline: 'extra', parts } },
    });
    expect(extra.map(({ before, after }) => [before, after])[0]).toEqual([Action.ACTION_ALLOW, Action.ACTION_MASK]);
  });

  it.each<[string, Request, string]>([
    ['no inputs', { candidate }, 'invalid_request'],
    [
      'a candidate that does not compile',
      { candidate: '{"name":"a","x":1}', inputs: { $case: 'recorded', value: {} } },
      'invalid_request',
    ],
    ['an unknown candidate', { candidate: 'nobody', inputs: { $case: 'recorded', value: {} } }, 'failed_precondition'],
    [
      'an unknown baseline',
      { candidate, inputs: { $case: 'given', value: { baseline: 'nobody', parts: [] } } },
      'failed_precondition',
    ],
  ])('refuses %s', async (_what, request, code) => {
    await expect(replay(request)).rejects.toMatchObject({ code });
  });

  it('is for owners and admins', async () => {
    const viewer = await weir.seedTenant({ scopes: ['admin'], role: 'viewer' });
    const client = weir.clients(viewer.apiKey).client('guardrails', PolicyServiceDefinition);
    await expect(replay(recorded(0), client)).rejects.toMatchObject({ code: 'permission_denied' });
  });

  it('runs one at a time, and the next one after it', async () => {
    const many = Array.from({ length: 2_000 }, () => parts[0]!);
    const request: Request = { candidate, inputs: { $case: 'given', value: { baseline: '', parts: many } } };
    const running = policies().replayPolicy(request)[Symbol.asyncIterator]();
    await running.next();
    await expect(replay(request)).rejects.toMatchObject({ code: 'overloaded' });
    await running.return?.();
    await eventually(async () => (await replay({ ...request, inputs: { $case: 'given', value: { parts } } })).length);
  });
});
