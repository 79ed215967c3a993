import { registryState } from '@weir/contracts';
import type { KafkaBus } from '@weir/kafka';
import { eventually, silentLogger, testBus } from '@weir/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StateRecoveryService } from '../src/changes/state-recovery.service.js';
import { openRegistry, operator, type RegistryRooms } from './registry-fixture.js';
import { deploymentRequest, keyRequest, modelRequest, routeRequest, versionRequest } from './requests.js';

describe('a full database beside an empty Kafka', () => {
  let rooms: RegistryRooms;
  let bus: KafkaBus;
  const recovery = () =>
    new StateRecoveryService(bus, rooms.database, rooms.states, rooms.metrics, silentLogger, rooms.source);

  beforeAll(async () => {
    rooms = await openRegistry();
    bus = await testBus();
    await bus.createTopics([registryState]);
    await rooms.registry.createModel(modelRequest(), operator);
    await rooms.registry.createModelVersion(versionRequest(), operator);
    const { deployment } = await rooms.registry.createDeployment(deploymentRequest(), operator);
    await rooms.registry.putRoute(routeRequest(deployment.id), operator);
    await rooms.registry.deleteRoute({ alias: 'chat' }, operator);
    const { organization } = await rooms.tenancy.createOrganization({ name: 'acme' }, operator);
    const { project } = await rooms.tenancy.createProject({ organizationId: organization.id, name: 'web' }, operator);
    await rooms.tenancy.createApiKey(keyRequest(project.id), operator);
    // Published to a Kafka that is gone.
    await rooms.database.query('DELETE FROM outbox');
  });
  afterAll(async () => {
    await bus?.[Symbol.asyncDispose]();
    await rooms?.[Symbol.asyncDispose]();
  });

  it('announces every object again with its revision, and afterwards nothing', async () => {
    expect(await recovery().recover()).toBe(7);
    const announced = (await rooms.outbox()).map(({ payload }) => [
      payload['object_key'],
      payload['revision'],
      payload['deleted'],
    ]);
    const kinds = announced.map(([key]) => String(key).split('/')[0]).sort();
    expect(kinds).toEqual(['api_key', 'deployment', 'model', 'model_version', 'organization', 'project', 'route']);
    expect(announced).toContainEqual(['route/chat', 2, true]);

    await using _relay = bus.relay(rooms.database);
    await eventually(async () => (await rooms.outbox()).length === 0);
    expect(await recovery().recover()).toBe(0);
    expect((await rooms.metrics.render()).body).toContain('weir_registry_states_republished_total{kind="route"} 1');
  });

  it('announces only what changed while the topic was away', async () => {
    await rooms.registry.setModelAlias({ modelName: 'smollm2', alias: 'champion', version: 1 }, operator);
    await rooms.database.query('DELETE FROM outbox');
    expect(await recovery().recover()).toBe(1);
    expect((await rooms.outbox()).at(-1)?.payload).toMatchObject({ revision: 2, object: { aliases: { champion: 1 } } });
  });

  it('runs beside the service and stops with it', async () => {
    const service = recovery();
    service.onApplicationBootstrap();
    await service.onApplicationShutdown();
    const stopped = recovery();
    await stopped.onApplicationShutdown();
    expect(await stopped.recover()).toBe(0);
  });
});
