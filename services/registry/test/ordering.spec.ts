import { registryState, type RegistryState } from '@weir/contracts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRegistry, operator, type RegistryRooms } from './registry-fixture.js';
import { deploymentRequest, keyRequest, modelRequest, routeRequest, versionRequest } from './requests.js';

const VERSIONS = 4;

describe('changes that happen at once', () => {
  let rooms: RegistryRooms;
  let deploymentId: string;
  let project: string;

  beforeAll(async () => {
    rooms = await openRegistry();
    await rooms.registry.createModel(modelRequest(), operator);
    for (let n = 0; n < VERSIONS; n++) await rooms.registry.createModelVersion(versionRequest(), operator);
    deploymentId = (await rooms.registry.createDeployment(deploymentRequest(), operator)).deployment.id;
    const { organization } = await rooms.tenancy.createOrganization({ name: 'acme' }, operator);
    project = (await rooms.tenancy.createProject({ organizationId: organization.id, name: 'web' }, operator)).project
      .id;
  });
  afterAll(() => rooms[Symbol.asyncDispose]());

  const states = async () =>
    (await rooms.outbox(registryState.type)).map((row) => row.payload as unknown as RegistryState);

  /** One client that reads the newest revision before it writes, as a careful one does. */
  const operations = {
    alias: (n: number) =>
      rooms.registry.setModelAlias({ modelName: 'smollm2', alias: `a${n % 3}`, version: (n % VERSIONS) + 1 }, operator),
    state: async (n: number) => {
      const { revision } = (await rooms.registry.getDeployment({ id: deploymentId })).deployment;
      const desiredState = n % 2 ? 'running' : 'stopped';
      return rooms.registry.setDeploymentState({ id: deploymentId, desiredState, revision }, operator);
    },
    put: async (n: number) => {
      const { routes } = await rooms.registry.listRoutes({}, operator);
      const revision = routes.find((route) => route.alias === 'chat')?.revision ?? 0;
      return rooms.registry.putRoute(
        routeRequest(deploymentId, { revision, targets: [{ deploymentId, weight: n + 1 }] }),
        operator,
      );
    },
    remove: () => rooms.registry.deleteRoute({ alias: 'chat' }, operator),
    deploy: (n: number) => rooms.registry.createDeployment(deploymentRequest({ name: `d${n % 5}` }), operator),
    revoke: async () => {
      const { apiKey } = await rooms.tenancy.createApiKey(keyRequest(project), operator);
      const revoke = () => rooms.tenancy.revokeApiKey({ id: apiKey.id }, operator);
      return Promise.all([revoke(), revoke()]);
    },
  };
  const kinds = Object.keys(operations) as (keyof typeof operations)[];
  const expected = ['revision_conflict', 'already_exists', 'not_found'];

  it('are announced in the order of their revisions, without a gap, and the last one is what the tables hold', async () => {
    const batch = fc.array(fc.tuple(fc.constantFrom(...kinds), fc.nat(20)), { minLength: 2, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(batch, async (steps) => {
        const results = await Promise.allSettled(steps.map(([kind, n]) => operations[kind](n)));
        for (const result of results) {
          if (result.status === 'rejected') expect(expected).toContain(result.reason.code);
        }
        await expectOrder(await states());
      }),
      { numRuns: 12 },
    );
  });

  async function expectOrder(announced: readonly RegistryState[]): Promise<void> {
    const byKey = Map.groupBy(announced, (state) => state.object_key);
    for (const [key, history] of byKey) {
      expect([key, history.map((state) => state.revision)]).toEqual([key, history.map((_, index) => index + 1)]);
    }
    for (const object of await rooms.states.revisions(rooms.database)) {
      const last = byKey.get(`${object.kind}/${object.id}`)?.at(-1);
      const kept = await rooms.states.readLocked(rooms.database, object);
      expect({ ...kept?.object, revision: kept?.revision, deleted: kept?.deleted }).toEqual({
        ...last?.object,
        revision: last?.revision,
        deleted: last?.deleted,
      });
    }
  }

  it('leave neither a row nor an event behind when they cannot be announced', async () => {
    const before = (await states()).length;
    await rooms.database.query('ALTER TABLE outbox RENAME TO outbox_away');
    const attempt = rooms.registry.createModel(modelRequest('half'), operator);
    await expect(attempt).rejects.toThrow();
    await rooms.database.query('ALTER TABLE outbox_away RENAME TO outbox');
    const { models } = await rooms.registry.listModels({ pageSize: 0, pageToken: '' });
    expect(models.map((model) => model.name)).toEqual(['smollm2']);
    expect((await states()).length).toBe(before);
  });
});
