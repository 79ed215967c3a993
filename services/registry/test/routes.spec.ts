import { registryState } from '@weir/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyOf, openRegistry, operator, type RegistryRooms } from './registry-fixture.js';
import { deploymentRequest, modelRequest, routeRequest, versionRequest } from './requests.js';

describe('routes', () => {
  let rooms: RegistryRooms;
  let deploymentId: string;
  const absent = '0199c0de-0000-7000-8000-00000000dead';

  beforeAll(async () => {
    rooms = await openRegistry({ maxRoutes: 4 });
    await rooms.registry.createModel(modelRequest(), operator);
    await rooms.registry.createModelVersion(versionRequest(), operator);
    deploymentId = (await rooms.registry.createDeployment(deploymentRequest(), operator)).deployment.id;
  });
  afterAll(() => rooms[Symbol.asyncDispose]());

  const lastState = async (key: string) =>
    (await rooms.outbox(registryState.type)).filter((row) => row.aggregateid === key).at(-1)?.payload;
  const put = (given: Parameters<typeof routeRequest>[1]) =>
    rooms.registry.putRoute(routeRequest(deploymentId, given), operator);

  it('are created, replaced at their revision, deleted, and made again with a higher revision', async () => {
    expect((await put({})).route).toMatchObject({ alias: 'chat', policy: 'default', onGuardrailsError: 'closed' });
    await expect(put({})).rejects.toMatchObject({ code: 'already_exists', param: 'route.alias' });
    await expect(put({ revision: 5 })).rejects.toMatchObject({ code: 'revision_conflict', param: 'route.revision' });
    const weighted = await put({ revision: 1, policy: 'strict', targets: [{ deploymentId, weight: 70 }] });
    expect(weighted.route).toMatchObject({ revision: 2, policy: 'strict', targets: [{ weight: 70 }] });

    await rooms.registry.deleteRoute({ alias: 'chat' }, operator);
    expect(await lastState('route/chat')).toMatchObject({ revision: 3, deleted: true, object: { policy: 'strict' } });
    expect((await rooms.registry.listRoutes({}, operator)).routes).toEqual([]);
    await expect(rooms.registry.deleteRoute({ alias: 'chat' }, operator)).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(put({ revision: 3 })).rejects.toMatchObject({ code: 'not_found', param: 'route.alias' });

    expect((await put({})).route.revision).toBe(4);
    expect(await lastState('route/chat')).toMatchObject({
      revision: 4,
      deleted: false,
      object: { policy: 'default' },
    });
    expect((await rooms.registry.listRoutes({}, operator)).routes.map((route) => route.alias)).toEqual(['chat']);
  });

  it('say which policies decide at which stage, how long a stream may be held, and what blocked input gets', async () => {
    const guarding = { stagePolicies: { output: 'gentle@2' }, maxHoldbackChars: 40, onBlockedInput: 'completion' };
    expect((await put({ alias: 'guarded' })).route).toMatchObject({
      stagePolicies: {},
      maxHoldbackChars: 0,
      onBlockedInput: 'error',
    });
    expect((await put({ alias: 'guarded', revision: 1, ...guarding })).route).toMatchObject(guarding);
    expect(await lastState('route/guarded')).toMatchObject({
      object: { stage_policies: { output: 'gentle@2' }, max_holdback_chars: 40, on_blocked_input: 'completion' },
    });
    const { routes } = await rooms.registry.listRoutes({}, operator);
    expect(routes.find(({ alias }) => alias === 'guarded')).toMatchObject(guarding);
    await rooms.registry.deleteRoute({ alias: 'guarded' }, operator);
    expect((await put({ alias: 'guarded', ...guarding })).route).toMatchObject(guarding);
    await rooms.registry.deleteRoute({ alias: 'guarded' }, operator);
  });

  it('are created by exactly one of two writers, and replaced by exactly one', async () => {
    const outcomes = async (revision: number) => {
      const results = await Promise.allSettled([put({ alias: 'race', revision }), put({ alias: 'race', revision })]);
      return results.map((result) => (result.status === 'fulfilled' ? 'won' : result.reason.code)).sort();
    };
    expect(await outcomes(0)).toEqual(['already_exists', 'won']);
    expect(await outcomes(1)).toEqual(['revision_conflict', 'won']);
  });

  it('name what they refer to wrongly', async () => {
    const targets = [
      { deploymentId, weight: 1 },
      { deploymentId: absent, weight: 1 },
    ];
    const cases: [Parameters<typeof routeRequest>[1], string][] = [
      [{ targets }, 'route.targets[1].deployment_id'],
      [{ organizationId: absent }, 'route.organization_id'],
      [{ projectIds: [absent] }, 'route.project_ids[0]'],
    ];
    for (const [given, param] of cases) {
      await expect(put({ alias: 'wrong', ...given })).rejects.toMatchObject({ code: 'not_found', param });
    }
    expect((await rooms.outbox()).filter((row) => row.aggregateid === 'route/wrong')).toEqual([]);
  });

  it('belong to an organisation: others neither see nor change them', async () => {
    const own = (await rooms.tenancy.createOrganization({ name: 'own' }, operator)).organization.id;
    const other = (await rooms.tenancy.createOrganization({ name: 'other' }, operator)).organization.id;
    const foreign = (await rooms.tenancy.createProject({ organizationId: other, name: 'p' }, operator)).project.id;
    const request = routeRequest(deploymentId, { alias: 'private', organizationId: own });
    await rooms.registry.putRoute(request, keyOf(own));

    const visible = async (organization: string) =>
      (await rooms.registry.listRoutes({}, keyOf(organization))).routes.map((route) => route.alias);
    expect(await visible(own)).toEqual(['chat', 'private', 'race']);
    expect(await visible(other)).toEqual(['chat', 'race']);

    const remove = (organization: string) => rooms.registry.deleteRoute({ alias: 'private' }, keyOf(organization));
    await expect(remove(other)).rejects.toMatchObject({ code: 'not_found', param: 'alias' });
    const steal = routeRequest(deploymentId, { alias: 'private', organizationId: other, revision: 1 });
    await expect(rooms.registry.putRoute(steal, keyOf(other))).rejects.toMatchObject({ code: 'not_found' });
    const global = routeRequest(deploymentId, { alias: 'chat', revision: 4 });
    await expect(rooms.registry.putRoute(global, keyOf(own))).rejects.toMatchObject({ code: 'permission_denied' });
    const mixed = put({ alias: 'mixed', organizationId: own, projectIds: [foreign] });
    await expect(mixed).rejects.toMatchObject({ code: 'invalid_request', param: 'route.project_ids[0]' });
    await remove(own);
    expect(await visible(own)).toEqual(['chat', 'race']);
  });

  it('are bounded', async () => {
    await put({ alias: 'third' });
    await put({ alias: 'fourth' });
    await expect(put({ alias: 'fifth' })).rejects.toMatchObject({ code: 'failed_precondition' });
  });
});
