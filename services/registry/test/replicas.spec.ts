import { registryState, registryV1 } from '@weir/contracts';
import { eventually, startTestProcess, uniqueName, type TestProcess } from '@weir/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registryService } from '../src/index.js';
import { deploymentRequest, keyRequest, modelRequest, versionRequest } from './requests.js';

const { RegistryServiceDefinition, TenancyServiceDefinition } = registryV1;

describe('two replicas on one database', () => {
  let first: TestProcess;
  let second: TestProcess;
  let reader: AsyncDisposable;
  const revisions = new Map<string, number[]>();

  beforeAll(async () => {
    const name = uniqueName();
    const settings = { schemaPrefix: `${name}_`, topicPrefix: `${name}.` };
    first = await startTestProcess({ services: [registryService], settings });
    second = await startTestProcess({ services: [registryService], settings });
    reader = await first.bus.readState(registryState, (change) => {
      if ('tombstone' in change) return;
      const { object_key, revision } = change.data;
      revisions.set(object_key, [...(revisions.get(object_key) ?? []), revision]);
    });
  });
  afterAll(async () => {
    await reader?.[Symbol.asyncDispose]();
    await second?.[Symbol.asyncDispose]();
    await first?.[Symbol.asyncDispose]();
  });

  it('let one of two writers with the same revision win, and publish in order', async () => {
    const [one, two] = [first, second].map((each) => each.operator.client('registry', RegistryServiceDefinition));
    await one?.createModel(modelRequest());
    await two?.createModelVersion(versionRequest());
    const id = (await one?.createDeployment(deploymentRequest()))?.deployment?.id ?? '';
    const rounds = 6;
    for (let revision = 1; revision <= rounds; revision++) {
      const desiredState = revision % 2 ? 'stopped' : 'running';
      const results = await Promise.allSettled(
        [one, two].map((replica) => replica?.setDeploymentState({ id, desiredState, revision })),
      );
      const lost = results.filter((result) => result.status === 'rejected');
      expect(lost.map(({ reason }) => reason.code)).toEqual(['revision_conflict']);
    }
    const published = await eventually(() => {
      const seen = revisions.get(`deployment/${id}`) ?? [];
      return seen.at(-1) === rounds + 1 && seen;
    });
    expect(published).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('both know a revocation within 2 s', async () => {
    const tenancy = first.operator.client('registry', TenancyServiceDefinition);
    const { organization } = await tenancy.createOrganization({ name: 'acme' });
    const { project } = await tenancy.createProject({ organizationId: organization?.id ?? '', name: 'web' });
    const { apiKey, secret } = await tenancy.createApiKey(keyRequest(project?.id ?? '', { scopes: ['admin'] }));
    const id = apiKey?.id ?? '';
    await eventually(() => [first, second].every(({ snapshot }) => snapshot.apiKey(id)));
    const elsewhere = second.clients(secret).client('registry', TenancyServiceDefinition);
    await elsewhere.listOrganizations({});

    await tenancy.revokeApiKey({ id });
    const known = () => [first, second].every(({ snapshot }) => (snapshot.apiKey(id)?.revoked_at ?? 0) > 0);
    await eventually(known, { timeoutMs: 2000 });
    await expect(elsewhere.listOrganizations({})).rejects.toMatchObject({ code: 'revoked_api_key' });
  });
});
