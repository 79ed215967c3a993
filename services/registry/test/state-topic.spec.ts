import { engineState, registryState, registryV1, type RegistryState } from '@weir/contracts';
import { eventually, startTestProcess, type TestProcess } from '@weir/testing';
import { systemSource } from '@weir/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registryService } from '../src/index.js';
import { deploymentRequest, keyRequest, modelRequest, routeRequest, versionRequest } from './requests.js';

const { RegistryServiceDefinition, TenancyServiceDefinition } = registryV1;

describe('the registry over gRPC and Kafka', () => {
  let weir: TestProcess;
  let reader: AsyncDisposable;
  const registry = () => weir.operator.client('registry', RegistryServiceDefinition);
  const tenancy = () => weir.operator.client('registry', TenancyServiceDefinition);
  const topic: RegistryState[] = [];

  beforeAll(async () => {
    weir = await startTestProcess({
      services: [registryService],
      env: { WEIR_REGISTRY_KEY_ENVIRONMENT: 'test' },
    });
    reader = await weir.bus.readState(registryState, (change) => {
      if ('data' in change) topic.push(change.data);
    });
  });
  afterAll(async () => {
    await reader?.[Symbol.asyncDispose]();
    await weir?.[Symbol.asyncDispose]();
  });

  const onTopic = (key: string, revision: number) =>
    eventually(() => topic.find((state) => state.object_key === key && state.revision === revision));

  it('puts the full object on the state topic after each change, in order per object', async () => {
    const { model } = await registry().createModel(modelRequest());
    const { version } = await registry().createModelVersion(versionRequest());
    await registry().setModelAlias({ modelName: 'smollm2', alias: 'champion', version: 1 });
    const { deployment } = await registry().createDeployment(deploymentRequest());
    await registry().setDeploymentState({ id: deployment?.id ?? '', desiredState: 'stopped', revision: 1 });
    await registry().putRoute(routeRequest(deployment?.id ?? ''));
    await registry().deleteRoute({ alias: 'chat' });

    expect(await onTopic(`model/${model?.id}`, 2)).toMatchObject({ object: { aliases: { champion: 1 } } });
    expect(await onTopic(`model_version/${version?.id}`, 1)).toMatchObject({
      object: { artifacts: [{ sha256: 'b1'.repeat(32) }, { path: 'tokenizer.json' }], context_tokens: 8192 },
    });
    expect(await onTopic(`deployment/${deployment?.id}`, 2)).toMatchObject({
      object: { desired_state: 'stopped', engine: { kind: 'llamacpp', slots: 8 } },
    });
    expect(await onTopic('route/chat', 2)).toMatchObject({ deleted: true });
    const revisions = (key: string) => topic.filter((state) => state.object_key === key).map((state) => state.revision);
    expect(revisions(`model/${model?.id}`)).toEqual([1, 2]);
    expect(revisions(`deployment/${deployment?.id}`)).toEqual([1, 2]);
    // The process reads the topic by itself, maybe a moment later than this test.
    await eventually(() => weir.snapshot.modelVersion('smollm2', 1)?.id === version?.id);
    await eventually(() => weir.snapshot.revisionOf('route/chat') === undefined && !weir.snapshot.route('chat'));
  });

  it('makes keys that work at once and end at once', async () => {
    const { organization } = await tenancy().createOrganization({ name: 'acme' });
    const { project } = await tenancy().createProject({ organizationId: organization?.id ?? '', name: 'web' });
    const admin = await tenancy().createApiKey(keyRequest(project?.id ?? '', { scopes: ['admin'], role: 'admin' }));
    const key = admin.apiKey?.id ?? '';
    await eventually(() => weir.snapshot.apiKey(key));

    const client = weir.clients(admin.secret).client('registry', TenancyServiceDefinition);
    expect((await client.listOrganizations({})).organizations.map(({ name }) => name)).toEqual(['acme']);
    await client.createProject({ organizationId: organization?.id ?? '', name: 'mobile' });
    const organizationByKey = client.createOrganization({ name: 'mine' });
    await expect(organizationByKey).rejects.toMatchObject({ code: 'permission_denied' });

    const revokedAt = performance.now();
    await tenancy().revokeApiKey({ id: key });
    await eventually(() => weir.snapshot.apiKey(key)?.revoked_at, { timeoutMs: 2000 });
    expect(performance.now() - revokedAt).toBeLessThan(2000);
    await expect(client.listOrganizations({})).rejects.toMatchObject({ code: 'revoked_api_key' });
  });

  it('refuses a key without the scope admin', async () => {
    const { organization } = await tenancy().createOrganization({ name: 'globex' });
    const { project } = await tenancy().createProject({ organizationId: organization?.id ?? '', name: 'web' });
    const { secret, apiKey } = await tenancy().createApiKey(keyRequest(project?.id ?? '', { role: 'owner' }));
    await eventually(() => weir.snapshot.apiKey(apiKey?.id ?? ''));
    const client = weir.clients(secret);
    const write = client.client('registry', RegistryServiceDefinition).createModel(modelRequest('mine'));
    await expect(write).rejects.toMatchObject({ code: 'permission_denied' });
    const read = client.client('registry', TenancyServiceDefinition).listOrganizations({});
    await expect(read).rejects.toMatchObject({ code: 'permission_denied' });
  });

  it('carries typed errors with their parameter over the wire', async () => {
    const create = registry().createModel({ name: 'Not OK' });
    await expect(create).rejects.toMatchObject({ code: 'invalid_request', param: 'name' });
    const route = registry().putRoute({ route: { alias: 'x', targets: [{ deploymentId: 'x', weight: 1 }] } });
    await expect(route).rejects.toMatchObject({ code: 'invalid_request', param: 'route.targets[0].deployment_id' });
    const unset = registry().createDeployment({ name: 'x', modelName: 'm', version: 1 });
    await expect(unset).rejects.toMatchObject({ code: 'invalid_request', param: 'engine' });
  });

  it('shows what the inference service reports', async () => {
    const { deployments } = await registry().listDeployments({});
    const id = deployments[0]?.id ?? '';
    const report = {
      deployment_id: id,
      state: 'ready' as const,
      reason: '',
      slots: 8,
      context_tokens: 2048,
      artifact_sha256: '',
      breaker: 'closed' as const,
      breaker_reason: '',
      device: 'cpu',
      reported_at: systemSource.now(),
    };
    await weir.bus.publisher(engineState).publish(report);
    const deployment = await eventually(async () => {
      const found = (await registry().getDeployment({ id })).deployment;
      return found?.reportedState === 'ready' ? found : undefined;
    });
    expect(deployment.reportedAtMs).toBe(report.reported_at);
  });
});
