import { registryState } from '@weir/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyOf, openRegistry, operator, type RegistryRooms } from './registry-fixture.js';
import { deploymentRequest, engineRequest, modelRequest, versionRequest } from './requests.js';

describe('what may be served', () => {
  let rooms: RegistryRooms;
  let deploymentId: string;
  const absent = '0199c0de-0000-7000-8000-00000000dead';

  beforeAll(async () => {
    rooms = await openRegistry();
    await rooms.registry.createModel(modelRequest(), operator);
    await rooms.registry.createModelVersion(versionRequest(), operator);
    const { deployment } = await rooms.registry.createDeployment(deploymentRequest(), operator);
    deploymentId = deployment.id;
  });
  afterAll(() => rooms[Symbol.asyncDispose]());

  const lastState = async (key: string) =>
    (await rooms.outbox(registryState.type)).filter((row) => row.aggregateid === key).at(-1)?.payload;

  it('announces each change with the full object, who made it, and an audit record', async () => {
    const { model } = await rooms.registry.createModel(modelRequest('announced'), operator);
    const events = (await rooms.outbox()).slice(-3);
    expect(events.map((event) => [event.type, event.aggregateid])).toEqual([
      ['weir.registry.state.v1', `model/${model.id}`],
      ['weir.registry.changed.v1', `model/${model.id}`],
      ['weir.audit.recorded.v1', 'installation'],
    ]);
    expect(events[0]?.payload).toEqual({
      object_key: `model/${model.id}`,
      revision: 1,
      deleted: false,
      object: {
        kind: 'model',
        id: model.id,
        name: 'announced',
        description: 'A small model.',
        license: 'Apache-2.0',
        aliases: {},
        created_at: rooms.source.now(),
      },
    });
    expect(events[1]?.payload).toMatchObject({ kind: 'model', change: 'created', changed_by: 'operator' });
    expect(events[2]?.payload).toMatchObject({
      action: 'RegistryService.CreateModel',
      target: `model/${model.id}`,
      allowed: true,
    });
    expect(new Set(events.map((event) => event.traceparent?.slice(3, 35)))).toEqual(
      new Set(['0af7651916cd43dd8448eb211c80319c']),
    );
  });

  it('keeps the files of a version in their order and numbers versions per model', async () => {
    await rooms.registry.createModel(modelRequest('numbered'), operator);
    const request = versionRequest({ modelName: 'numbered' });
    const versions = [];
    for (let n = 0; n < 3; n++) versions.push((await rooms.registry.createModelVersion(request, operator)).version);
    expect(versions.map((each) => each.version)).toEqual([1, 2, 3]);
    const { version } = await rooms.registry.getModelVersion({ modelName: 'numbered', version: 2 });
    const made = { id: versions[1]?.id, version: 2, createdAtMs: rooms.source.now(), qualityReports: [] };
    expect(version).toEqual({ ...request, ...made });
    expect(await lastState(`model_version/${version.id}`)).toMatchObject({
      object: { artifacts: [{ path: 'model.gguf', size_bytes: 98_362_432 }, { path: 'tokenizer.json' }] },
    });
  });

  it('gives two versions made at once two numbers', async () => {
    await rooms.registry.createModel(modelRequest('busy'), operator);
    const request = versionRequest({ modelName: 'busy' });
    const made = await Promise.all(
      Array.from({ length: 6 }, () => rooms.registry.createModelVersion(request, operator)),
    );
    expect(made.map(({ version }) => version.version).sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('points aliases at versions that exist, and says nothing when nothing changes', async () => {
    const set = (version: number) =>
      rooms.registry.setModelAlias({ modelName: 'smollm2', alias: 'champion', version }, operator);
    const { model } = await set(1);
    expect(model).toMatchObject({ aliases: { champion: 1 }, revision: 2 });
    expect(await lastState(`model/${model.id}`)).toMatchObject({ revision: 2, object: { aliases: { champion: 1 } } });
    const before = (await rooms.outbox()).length;
    expect((await set(1)).model.revision).toBe(2);
    expect((await rooms.outbox()).length).toBe(before);
    await expect(set(9)).rejects.toMatchObject({ code: 'not_found', param: 'version' });
  });

  it('deploys with the defaults filled in', async () => {
    const { deployment } = await rooms.registry.getDeployment({ id: deploymentId });
    expect(deployment).toMatchObject({
      modelName: 'smollm2',
      desiredState: 'running',
      reportedState: '',
      revision: 1,
      engine: { kind: 'llamacpp', slots: 8, contextTokens: 2048, maxQueue: 64, maxOutputTokens: 1024 },
    });
    expect(await lastState(`deployment/${deploymentId}`)).toMatchObject({
      object: { engine: { slots: 8, context_tokens: 2048 }, desired_state: 'running' },
    });
  });

  it('refuses what does not fit together', async () => {
    const create = (given: Parameters<typeof deploymentRequest>[0]) =>
      rooms.registry.createDeployment(deploymentRequest({ name: 'other', ...given }), operator);
    await expect(create({ version: 7 })).rejects.toMatchObject({ code: 'not_found', param: 'version' });
    await expect(create({ name: 'smollm2-cpu' })).rejects.toMatchObject({ code: 'already_exists', param: 'name' });
    const openai = engineRequest({ kind: 'openai', baseUrl: 'https://api.example.com/v1' });
    await expect(create({ engine: openai })).rejects.toMatchObject({ code: 'invalid_request', param: 'engine.kind' });
    const long = engineRequest({ contextTokens: 8193 });
    await expect(create({ engine: long })).rejects.toMatchObject({ param: 'engine.context_tokens' });
    await expect(rooms.registry.createModel(modelRequest(), operator)).rejects.toMatchObject({
      code: 'already_exists',
    });
    await expect(
      rooms.registry.createModelVersion(versionRequest({ modelName: 'absent' }), operator),
    ).rejects.toMatchObject({ code: 'not_found', param: 'model_name' });
    await expect(rooms.registry.getDeployment({ id: absent })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('lets exactly one of many writers with the same revision win', async () => {
    const { deployment } = await rooms.registry.createDeployment(deploymentRequest({ name: 'contended' }), operator);
    const writers = Array.from({ length: 8 }, (_, n) =>
      rooms.registry.setDeploymentState(
        { id: deployment.id, desiredState: n % 2 ? 'running' : 'stopped', revision: 1 },
        operator,
      ),
    );
    const results = await Promise.allSettled(writers);
    const lost = results.filter((result) => result.status === 'rejected');
    expect(lost).toHaveLength(7);
    for (const { reason } of lost) expect(reason).toMatchObject({ code: 'revision_conflict', param: 'revision' });
    expect((await rooms.registry.getDeployment({ id: deployment.id })).deployment.revision).toBe(2);
    const states = (await rooms.outbox(registryState.type)).filter((row) => row.aggregateid.endsWith(deployment.id));
    expect(states.map((row) => row.payload['revision'])).toEqual([1, 2]);
    expect((await rooms.metrics.render()).body).toContain(
      'weir_registry_revision_conflicts_total{action="RegistryService.SetDeploymentState"} 7',
    );
  });

  it('pages through lists in order of names', async () => {
    const all: string[] = [];
    for (let pageToken = '', first = true; first || pageToken; first = false) {
      const page = await rooms.registry.listModels({ pageSize: 2, pageToken });
      all.push(...page.models.map((model) => model.name));
      pageToken = page.nextPageToken;
    }
    expect(all).toEqual(['announced', 'busy', 'numbered', 'smollm2']);
    const { deployments, nextPageToken } = await rooms.registry.listDeployments({ pageSize: 1, pageToken: '' });
    expect([deployments.length, nextPageToken !== '']).toEqual([1, true]);
    await expect(rooms.registry.listModels({ pageSize: 1, pageToken: nextPageToken })).rejects.toMatchObject({
      param: 'page_token',
    });
  });

  describe('an API key', () => {
    it('of the role admin changes models, but cannot reach into the host', async () => {
      const admin = keyOf('0199c0de-0000-7000-8000-00000000000a');
      await rooms.registry.createModel(modelRequest('remote-model'), admin);
      const remote = { modelName: 'remote-model', format: 'remote', artifacts: [], contextTokens: 0 };
      await rooms.registry.createModelVersion(versionRequest(remote), admin);
      const deploy = (given: Parameters<typeof engineRequest>[0]) =>
        rooms.registry.createDeployment(
          deploymentRequest({
            name: 'remote',
            modelName: 'remote-model',
            engine: engineRequest({ kind: 'openai', baseUrl: 'https://api.example.com/v1', ...given }),
          }),
          admin,
        );
      const local = rooms.registry.createModelVersion(versionRequest({ modelName: 'remote-model' }), admin);
      await expect(local).rejects.toMatchObject({ code: 'permission_denied' });
      await expect(deploy({ apiKeyRef: 'env:DATABASE_URL' })).rejects.toMatchObject({ code: 'permission_denied' });
      await expect(deploy({ allowPrivateAddress: true })).rejects.toMatchObject({ code: 'permission_denied' });
      expect((await deploy({})).deployment.engine).toMatchObject({ upstreamModel: 'remote-model', maxQueue: 64 });
    });

    it('of a lower role is refused, and the refusal is audited', async () => {
      const organization = '0199c0de-0000-7000-8000-00000000000b';
      const member = keyOf(organization, { role: 'member' });
      const attempt = rooms.registry.createModel(modelRequest('refused'), member);
      await expect(attempt).rejects.toMatchObject({ code: 'permission_denied' });
      expect((await rooms.outbox()).at(-1)).toMatchObject({
        type: 'weir.audit.recorded.v1',
        aggregateid: organization,
        payload: {
          allowed: false,
          principal: 'api_key:k1',
          action: 'RegistryService.CreateModel',
          target: 'model/refused',
          reason: 'the role owner or admin is needed',
        },
      });
      const page = await rooms.registry.listModels({ pageSize: 200, pageToken: '' });
      expect(page.models.map((model) => model.name)).not.toContain('refused');
    });
  });
});
