import { hashApiKey, looksLikeApiKey } from '@weir/bootstrap';
import { registryState } from '@weir/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyOf, openRegistry, operator, type RegistryRooms } from './registry-fixture.js';
import { keyRequest } from './requests.js';

describe('tenancy', () => {
  let rooms: RegistryRooms;
  let acme: string;
  let globex: string;
  let project: string;
  const absent = '0199c0de-0000-7000-8000-00000000dead';

  beforeAll(async () => {
    rooms = await openRegistry({ keyEnvironment: 'test', maxProjects: 2, maxApiKeys: 3, maxOrganizations: 3 });
    acme = (await rooms.tenancy.createOrganization({ name: 'acme' }, operator)).organization.id;
    globex = (await rooms.tenancy.createOrganization({ name: 'globex' }, operator)).organization.id;
    project = (await rooms.tenancy.createProject({ organizationId: acme, name: 'web' }, operator)).project.id;
  });
  afterAll(() => rooms[Symbol.asyncDispose]());

  const lastState = async () => (await rooms.outbox(registryState.type)).at(-1)?.payload;
  const create = (given: Parameters<typeof keyRequest>[1] = {}, call = operator) =>
    rooms.tenancy.createApiKey(keyRequest(project, given), call);

  it('names organisations once, and projects once in each', async () => {
    const organization = rooms.tenancy.createOrganization({ name: 'acme' }, operator);
    await expect(organization).rejects.toMatchObject({ code: 'already_exists', param: 'name' });
    const again = rooms.tenancy.createProject({ organizationId: acme, name: 'web' }, operator);
    await expect(again).rejects.toMatchObject({ code: 'already_exists', param: 'name' });
    const elsewhere = await rooms.tenancy.createProject({ organizationId: globex, name: 'web' }, operator);
    expect(elsewhere.project.organizationId).toBe(globex);
    const nowhere = rooms.tenancy.createProject({ organizationId: absent, name: 'web' }, operator);
    await expect(nowhere).rejects.toMatchObject({ code: 'not_found', param: 'organization_id' });
  });

  it('bounds what the lists hold', async () => {
    await rooms.tenancy.createOrganization({ name: 'third' }, operator);
    const fourth = rooms.tenancy.createOrganization({ name: 'fourth' }, operator);
    await expect(fourth).rejects.toMatchObject({ code: 'failed_precondition' });
    await rooms.tenancy.createProject({ organizationId: acme, name: 'second' }, operator);
    const third = rooms.tenancy.createProject({ organizationId: acme, name: 'third' }, operator);
    await expect(third).rejects.toMatchObject({ code: 'failed_precondition' });
  });

  it('changes what the requests of a project are subject to, field by field, and announces each change once', async () => {
    const update = (given: { policy?: string; keepContent?: boolean }) =>
      rooms.tenancy.updateProject({ id: project, policy: undefined, keepContent: undefined, ...given }, operator);
    const announced = async () => (await rooms.outbox(registryState.type)).length;
    const before = await announced();
    expect((await update({ policy: 'strict@2' })).project).toMatchObject({ policy: 'strict@2', keepContent: false });
    expect((await update({ keepContent: true })).project).toMatchObject({ policy: 'strict@2', keepContent: true });
    expect(await lastState()).toMatchObject({
      object_key: `project/${project}`,
      revision: 3,
      object: { name: 'web', policy: 'strict@2', keep_content: true },
    });
    await update({ policy: 'strict@2', keepContent: true });
    await update({});
    expect(await announced()).toBe(before + 2);
    const [audit] = (await rooms.outbox('weir.audit.%')).slice(-1);
    expect(audit?.payload).toMatchObject({ action: 'TenancyService.UpdateProject', target: `project/${project}` });
    const [listed] = (await rooms.tenancy.listProjects({ organizationId: acme }, operator)).projects.filter(
      ({ id }) => id === project,
    );
    expect(listed).toMatchObject({ policy: 'strict@2', keepContent: true });
    expect((await update({ policy: '', keepContent: false })).project).toMatchObject({
      policy: '',
      keepContent: false,
    });
    await expect(update({ policy: 'No Spaces' })).rejects.toMatchObject({ code: 'invalid_request', param: 'policy' });
    const viewer = rooms.tenancy.updateProject({ id: project, policy: 'x' }, keyOf(acme, { role: 'viewer' }));
    await expect(viewer).rejects.toMatchObject({ code: 'permission_denied' });
  });

  it('gives the secret of a key once, and keeps only its hash', async () => {
    const { apiKey, secret } = await create({
      scopes: ['inference', 'usage.read'],
      expiresAtMs: rooms.source.now() + 1,
    });
    expect(looksLikeApiKey(secret)).toBe(true);
    expect(apiKey).toMatchObject({
      projectId: project,
      organizationId: acme,
      role: 'member',
      onBillingError: 'closed',
    });
    expect(secret.startsWith(apiKey.prefix)).toBe(true);
    expect(await lastState()).toMatchObject({
      object_key: `api_key/${apiKey.id}`,
      object: {
        hash: hashApiKey(secret, 'pepper of the tests only'),
        scopes: ['inference', 'usage.read'],
        revoked_at: 0,
      },
    });
    const kept = JSON.stringify([
      await rooms.database.query('SELECT * FROM api_keys'),
      await rooms.outbox(),
      await rooms.tenancy.listApiKeys({ projectId: project }, operator),
    ]);
    expect(kept).not.toContain(secret);
    const [listed] = (await rooms.tenancy.listApiKeys({ projectId: project }, operator)).apiKeys;
    expect(listed).toEqual(apiKey);
    expect(JSON.stringify(listed)).not.toContain(hashApiKey(secret, 'pepper of the tests only'));
    await rooms.tenancy.revokeApiKey({ id: apiKey.id }, operator);
  });

  it('revokes a key once: the first time stands, and is announced once', async () => {
    const { apiKey } = await create();
    const first = (await rooms.tenancy.revokeApiKey({ id: apiKey.id }, operator)).apiKey.revokedAtMs;
    expect(first).toBe(rooms.source.now());
    expect(await lastState()).toMatchObject({ revision: 2, deleted: false, object: { revoked_at: first } });
    const events = (await rooms.outbox()).length;
    rooms.source.advance(60_000);
    expect((await rooms.tenancy.revokeApiKey({ id: apiKey.id }, operator)).apiKey.revokedAtMs).toBe(first);
    expect((await rooms.outbox()).length).toBe(events);
  });

  it('refuses keys that could never work', async () => {
    await expect(create({ expiresAtMs: rooms.source.now() })).rejects.toMatchObject({ param: 'expires_at_ms' });
    const lost = rooms.tenancy.createApiKey(keyRequest(absent), operator);
    await expect(lost).rejects.toMatchObject({ code: 'not_found', param: 'project_id' });
    const unknown = rooms.tenancy.revokeApiKey({ id: absent }, operator);
    await expect(unknown).rejects.toMatchObject({ code: 'not_found', param: 'id' });
  });

  it('bounds the keys in force, not the revoked ones, and lists those in force first', async () => {
    const made = [await create({ name: 'one' }), await create({ name: 'two' }), await create({ name: 'three' })];
    await expect(create()).rejects.toMatchObject({ code: 'failed_precondition' });
    await rooms.tenancy.revokeApiKey({ id: made[2]?.apiKey.id ?? '' }, operator);
    await create({ name: 'four' });
    const { apiKeys } = await rooms.tenancy.listApiKeys({ projectId: project }, operator);
    expect(apiKeys.map((key) => key.revokedAtMs > 0)).toEqual([false, false, false, true, true, true]);
    for (const { id } of apiKeys) await rooms.tenancy.revokeApiKey({ id }, operator);
  });

  describe('an admin key', () => {
    it('acts in its own organisation', async () => {
      const { apiKey } = await create({ role: 'admin', scopes: ['admin'] }, keyOf(acme));
      expect((await rooms.outbox('weir.audit.%')).at(-1)).toMatchObject({
        aggregateid: acme,
        payload: { principal: 'api_key:k1', allowed: true, action: 'TenancyService.CreateApiKey' },
      });
      await rooms.tenancy.revokeApiKey({ id: apiKey.id }, keyOf(acme));
      const { organizations } = await rooms.tenancy.listOrganizations({}, keyOf(acme));
      expect(organizations.map(({ name }) => name)).toEqual(['acme']);
      expect((await rooms.tenancy.listOrganizations({}, operator)).organizations).toHaveLength(3);
    });

    it('cannot tell a foreign object from one that does not exist', async () => {
      const stranger = keyOf(globex, { role: 'owner' });
      const { apiKey } = await create();
      const failure = (attempt: Promise<unknown>) =>
        attempt.then(
          () => 'no failure',
          ({ code, message, param }) => `${code} ${param} ${message}`.replaceAll(/[0-9a-f-]{36}/g, 'ID'),
        );
      const attempts = {
        createApiKey: (id: string) => rooms.tenancy.createApiKey(keyRequest(id), stranger),
        revokeApiKey: (id: string) => rooms.tenancy.revokeApiKey({ id }, stranger),
        listApiKeys: (id: string) => rooms.tenancy.listApiKeys({ projectId: id }, stranger),
        listProjects: (id: string) => rooms.tenancy.listProjects({ organizationId: id }, stranger),
        updateProject: (id: string) => rooms.tenancy.updateProject({ id, policy: 'x', keepContent: true }, stranger),
        createProject: (id: string) => rooms.tenancy.createProject({ organizationId: id, name: 'x' }, stranger),
      };
      const foreign = { createApiKey: project, updateProject: project, revokeApiKey: apiKey.id, listApiKeys: project };
      for (const [method, attempt] of Object.entries(attempts)) {
        const id = foreign[method as keyof typeof foreign] ?? acme;
        const seen = await failure(attempt(id));
        expect([method, seen]).toEqual([method, await failure(attempt(absent))]);
        expect(seen).toMatch(/^not_found/);
      }
      expect((await rooms.tenancy.listApiKeys({ projectId: project }, operator)).apiKeys[0]?.revokedAtMs).toBe(0);
      await rooms.tenancy.revokeApiKey({ id: apiKey.id }, operator);
    });

    it('grants and revokes no higher role than its own, and needs the scope', async () => {
      const member = keyOf(acme, { role: 'member' });
      await expect(create({ role: 'owner' }, member)).rejects.toMatchObject({ code: 'permission_denied' });
      const { apiKey } = await create({ role: 'owner' });
      const revoke = rooms.tenancy.revokeApiKey({ id: apiKey.id }, member);
      await expect(revoke).rejects.toMatchObject({ code: 'permission_denied' });
      const plain = keyOf(acme, { role: 'owner', scopes: ['inference'] });
      await expect(create({}, plain)).rejects.toMatchObject({ code: 'permission_denied' });
      const organization = rooms.tenancy.createOrganization({ name: 'mine' }, keyOf(acme, { role: 'owner' }));
      await expect(organization).rejects.toMatchObject({ code: 'permission_denied' });
      const refused = (await rooms.outbox('weir.audit.%'))
        .slice(-4)
        .map((row) => [row.aggregateid, row.payload['allowed']]);
      expect(refused.filter(([, allowed]) => allowed === false)).toHaveLength(3);
      expect((await rooms.metrics.render()).body).toContain(
        'weir_registry_refusals_total{action="TenancyService.CreateOrganization"} 1',
      );
    });
  });
});
