import { engineState, type EngineState, type WeirEvent } from '@weir/contracts';
import { systemSource } from '@weir/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EngineStateConsumer } from '../src/deployments/engine-state.consumer.js';
import { openRegistry, operator, type RegistryRooms } from './registry-fixture.js';
import { deploymentRequest, modelRequest, versionRequest } from './requests.js';

describe('reported engine states', () => {
  let rooms: RegistryRooms;
  let consumer: EngineStateConsumer;
  let id: string;

  beforeAll(async () => {
    rooms = await openRegistry();
    consumer = new EngineStateConsumer(rooms.database, rooms.deployments, rooms.metrics);
    await rooms.registry.createModel(modelRequest(), operator);
    await rooms.registry.createModelVersion(versionRequest(), operator);
    id = (await rooms.registry.createDeployment(deploymentRequest(), operator)).deployment.id;
  });
  afterAll(() => rooms[Symbol.asyncDispose]());

  const event = (given: Partial<EngineState>): WeirEvent<EngineState> => ({
    id: systemSource.uuid(),
    source: engineState.source,
    type: engineState.type,
    time: 0,
    data: {
      deployment_id: id,
      state: 'ready',
      reason: '',
      slots: 8,
      context_tokens: 2048,
      artifact_sha256: '',
      breaker: 'closed',
      breaker_reason: '',
      device: 'cpu',
      reported_at: 1000,
      ...given,
    },
  });
  const reported = async () => (await rooms.registry.getDeployment({ id })).deployment;
  const counted = async (outcome: string) =>
    Number(
      new RegExp(`engine_reports_total{outcome="${outcome}"} (\\d+)`).exec((await rooms.metrics.render()).body)?.[1],
    );

  it('are kept; the last by its own time wins, and the revision stays', async () => {
    await consumer.onEngineState(event({ state: 'loading', reported_at: 1000 }));
    await consumer.onEngineState(event({ state: 'failed', reason: 'artifact_mismatch', reported_at: 3000 }));
    await consumer.onEngineState(event({ state: 'ready', reported_at: 2000 }));
    expect(await reported()).toMatchObject({
      reportedState: 'failed',
      reportedReason: 'artifact_mismatch',
      reportedAtMs: 3000,
      revision: 1,
    });
    expect([await counted('stored'), await counted('stale')]).toEqual([2, 1]);
  });

  it('have their effect once, however often they arrive', async () => {
    const ready = event({ state: 'ready', reported_at: 4000 });
    await consumer.onEngineState(ready);
    await rooms.database.query(`UPDATE deployments SET reported_state = 'touched' WHERE id = $1`, [id]);
    await consumer.onEngineState(ready);
    expect((await reported()).reportedState).toBe('touched');
    expect(await counted('duplicate')).toBe(1);
  });

  it.each(['0199c0de-0000-7000-8000-00000000dead', 'not-an-id', '\0'])(
    'of the unknown deployment %j are counted and left',
    async (deployment_id) => {
      const before = (await counted('unknown_deployment')) || 0;
      await consumer.onEngineState(event({ deployment_id }));
      expect(await counted('unknown_deployment')).toBe(before + 1);
    },
  );
});
