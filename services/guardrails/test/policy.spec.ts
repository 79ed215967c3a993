import { systemSource } from '@weir/config';
import { guardrailPolicy, guardrailsV1, type GuardrailPolicyVersion, type RouteState } from '@weir/contracts';
import { Database } from '@weir/database';
import { eventually, type TestProcess } from '@weir/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approvalKeys, sealRequest, verifyApproval } from '../src/policy/approvals.js';
import { policyFolder, startPolicyProcess, storeOf, type PolicyFolder } from './policy-process.js';

const { PolicyServiceDefinition } = guardrailsV1;

let folder: PolicyFolder;
let first: TestProcess;
let second: TestProcess;
let third: TestProcess | undefined;
const events: GuardrailPolicyVersion[] = [];

const policies = (process = first) => process.operator.client('guardrails', PolicyServiceDefinition);
const policy = (name: string, more: object = {}) => JSON.stringify({ name, ...more });
const masks = (check: string) => ({ rules: [{ check, action: 'mask' }] });

beforeAll(async () => {
  folder = await policyFolder([{ name: 'default' }]);
  first = await startPolicyProcess(folder);
  const { schemaPrefix, topicPrefix } = first.settings;
  second = await startPolicyProcess(folder, { schemaPrefix, topicPrefix });
  await first.bus.consume({
    event: guardrailPolicy,
    group: 'test',
    onEvent: async ({ data }) => void events.push(data),
  });
});
afterAll(async () => {
  // Each drops the schema that they share, so they end together.
  await third?.[Symbol.asyncDispose]();
  await second?.[Symbol.asyncDispose]();
  await first?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

describe('publishing', () => {
  it('puts the next version into force on every replica within two seconds', async () => {
    const published = await policies().publishPolicy({ document: policy('default', masks('pii.*')), note: 'mask' });
    expect(published.policy).toMatchObject({ author: 'operator', note: 'mask', info: { name: 'default', version: 2 } });
    expect(published.policy?.diff).toBe('+ /rules/0/action "mask"\n+ /rules/0/check "pii.*"');
    expect(storeOf(first).resolve(['']).version).toBe(2);
    const started = systemSource.monotonic();
    await eventually(() => storeOf(second).resolve(['']).version === 2, { timeoutMs: 2_000 });
    expect(systemSource.monotonic() - started).toBeLessThan(2_000);
    expect(storeOf(second).resolve(['']).sha256).toBe(published.policy?.info?.sha256);
    const event = await eventually(() => events.find(({ policy_key }) => policy_key === 'default@2'));
    expect(event).toMatchObject({ author: 'operator', note: 'mask', sha256: published.policy?.info?.sha256 });
  });

  it('numbers versions one after the other, however many publish at once', async () => {
    const clients = [policies(first), policies(second)];
    const published = await Promise.all(
      Array.from({ length: 8 }, (_, place) =>
        clients[place % 2]!.publishPolicy({ document: policy('busy', { description: `v${place}` }), note: 'n' }),
      ),
    );
    const versions = published.map((answer) => answer.policy?.info?.version ?? 0).sort((one, other) => one - other);
    expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    for (const process of [first, second]) {
      await eventually(() => storeOf(process).inForce('busy')?.version === 8);
    }
    const { policies: listed } = await policies().listPolicyVersions({ name: 'busy', beforeVersion: 4 });
    expect(listed.map(({ info }) => info?.version)).toEqual([3, 2, 1]);
    expect(listed[0]?.diff).toMatch(/^- \/description "v\d"\n\+ \/description "v\d"$/);
  });

  it('leaves a document that is in force as it is', async () => {
    const document = policy('same', { rules: [], description: 'x' });
    await policies().publishPolicy({ document, note: 'first' });
    const spaced = JSON.stringify({ description: 'x', rules: [], name: 'same' }, undefined, 2);
    const again = await policies(second).publishPolicy({ document: spaced, note: 'second' });
    expect(again.policy).toMatchObject({ note: 'first', info: { version: 1 } });
  });

  it('never changes what was published', async () => {
    const database = first.app.get(Database, { strict: false });
    for (const sql of [
      "UPDATE policy_versions SET note = ''",
      'DELETE FROM policy_versions',
      'TRUNCATE policy_versions',
    ]) {
      await expect(database.query(sql)).rejects.toThrow();
    }
    expect(await database.query('SELECT * FROM policy_versions')).not.toHaveLength(0);
  });

  it('is there again after a restart, read from the database before the topic', async () => {
    // Topics of its own: only the database can tell it.
    third = await startPolicyProcess(folder, { schemaPrefix: first.settings.schemaPrefix });
    expect(storeOf(third).resolve(['default']).version).toBe(2);
  });

  it.each<[string, { document: string; note: string }, RegExp]>([
    ['no JSON', { document: '{', note: 'n' }, /not JSON/],
    ['an unknown check', { document: policy('a', masks('nothing')), note: 'n' }, /rules\.0\.check/],
    ['a version of its own', { document: policy('a', { version: 3 }), note: 'n' }, /version/],
    ['no note', { document: policy('a'), note: ' ' }, /note/],
    ['a note that cannot be kept', { document: policy('a'), note: 'a\0b' }, /note/],
  ])('refuses %s', async (_what, request, message) => {
    const failed = policies().publishPolicy(request);
    await expect(failed).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(failed).rejects.toThrow(message);
  });

  it('refuses a policy that a route cannot wait for, and names the route', async () => {
    const route: RouteState = {
      kind: 'route',
      id: 'r1',
      alias: 'quick-chat',
      targets: [{ deployment_id: 'd', weight: 1 }],
      policy: 'slow',
      on_guardrails_error: 'closed',
      organization_id: '',
      project_ids: [],
      stage_policies: {},
      max_holdback_chars: 50,
      on_blocked_input: 'error',
      created_at: 0,
    };
    await first.publishState(route);
    const document = policy('slow', { rules: [{ check: 'prompt-injection', action: 'block' }] });
    await expect(policies().publishPolicy({ document, note: 'n' })).rejects.toMatchObject({
      code: 'failed_precondition',
    });
    await expect(policies().publishPolicy({ document, note: 'n' })).rejects.toThrow(/quick-chat/);
    const { policy: info } = await policies().checkPolicy({ document });
    expect(info).toMatchObject({ version: 1, maxHoldbackChars: 200, detectors: ['prompt-injection'] });
  });
});

describe('policies', () => {
  it('are shown by version, with what came with Weir', async () => {
    const shown = await policies().getPolicy({ name: 'default', version: 1 });
    expect(shown.policy).toMatchObject({ author: 'weir', createdAtMs: 0, document: '{"name":"default"}' });
    expect((await policies().getPolicy({ name: '', version: 0 })).policy?.info?.version).toBe(2);
    await expect(policies().getPolicy({ name: 'default', version: 7 })).rejects.toMatchObject({ code: 'not_found' });
    await expect(policies().getPolicy({ name: 'nobody' })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('are changed by owners and admins only', async () => {
    const request = { document: policy('mine'), note: 'n' };
    const viewer = await first.seedTenant({ scopes: ['admin'], role: 'viewer' });
    const admin = await first.seedTenant({ scopes: ['admin'], role: 'admin' });
    const other = await first.seedTenant({ scopes: ['inference'], role: 'owner' });
    const as = (tenant: { apiKey: string }) =>
      first.clients(tenant.apiKey).client('guardrails', PolicyServiceDefinition);
    for (const tenant of [viewer, other]) {
      await expect(as(tenant).publishPolicy(request)).rejects.toMatchObject({ code: 'permission_denied' });
    }
    await expect(as(other).getPolicy({ name: 'default' })).rejects.toMatchObject({ code: 'permission_denied' });
    const published = await as(admin).publishPolicy(request);
    expect(published.policy?.author).toBe(`api_key:${admin.apiKeyId}`);
    expect((await as(viewer).getPolicy({ name: 'mine' })).policy?.info?.version).toBe(1);
  });
});

describe('approving', () => {
  it('gives a proof for the content, on record, and only within the organisation', async () => {
    const keys = approvalKeys(first.settings.keyPepper);
    const [owner, stranger] = await Promise.all([
      first.seedTenant({ scopes: ['admin'], role: 'owner' }),
      first.seedTenant({ scopes: ['admin'], role: 'owner' }),
    ]);
    const content = { contentHash: 'h', projectId: owner.projectId, policies: ['default@2'] };
    const approvalRequest = sealRequest({ ...content, verdictId: 'v' }, keys);
    const as = (tenant: { apiKey: string }) =>
      first.clients(tenant.apiKey).client('guardrails', PolicyServiceDefinition);
    await expect(as(stranger).approve({ approvalRequest, note: 'ok' })).rejects.toMatchObject({
      code: 'permission_denied',
    });
    const { approval, expiresAtMs } = await as(owner).approve({ approvalRequest, note: 'a known customer' });
    expect(expiresAtMs - Date.now()).toBeGreaterThan(3_500_000);
    const verified = verifyApproval(approval, content, { keys, nowMs: Date.now() });
    expect(verified?.approver).toBe(`api_key:${owner.apiKeyId}`);
    const rows = await first.app
      .get(Database, { strict: false })
      .query<{ id: string; note: string }>('SELECT id, note FROM approvals');
    expect(rows).toEqual([{ id: verified?.id, note: 'a known customer' }]);
    await expect(policies().approve({ approvalRequest: 'x', note: 'n' })).rejects.toMatchObject({
      code: 'invalid_request',
    });
    await expect(policies().approve({ approvalRequest, note: 'n', validSeconds: 90_000 })).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });
});
