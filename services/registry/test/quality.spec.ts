import { auditRecorded, registryState, type registryV1 } from '@weir/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inference, keyOf, openRegistry, operator, type RegistryRooms } from './registry-fixture.js';
import { deploymentRequest, modelRequest, reportRequest, versionRequest } from './requests.js';

const PARENT = 'd4'.repeat(32);

describe('quality', () => {
  let rooms: RegistryRooms;
  let version: registryV1.ModelVersion;

  beforeAll(async () => {
    rooms = await openRegistry();
    await rooms.registry.createModel(modelRequest(), operator);
  });
  beforeEach(async () => {
    const lineage = { parentSha256: PARENT, parentType: 'F16', operation: 'quantize', type: 'Q8_0', tool: 'weir 0.1' };
    ({ version } = await rooms.registry.createModelVersion(versionRequest({ lineage }), operator));
  });
  afterAll(() => rooms[Symbol.asyncDispose]());

  const states = async (key: string) =>
    (await rooms.outbox(registryState.type)).filter((row) => row.aggregateid === key).map((row) => row.payload);
  const lastAudit = async () => (await rooms.outbox(auditRecorded.type)).at(-1)?.payload;
  const record = (given: Partial<registryV1.QualityReport> = {}, caller = inference) =>
    rooms.registry.recordQualityReport(reportRequest(version.version, given), caller);
  const read = async () =>
    (await rooms.registry.getModelVersion({ modelName: 'smollm2', version: version.version })).version;

  it('keeps where a version comes from', async () => {
    expect((await read()).lineage).toEqual(version.lineage);
    expect((await states(`model_version/${version.id}`)).at(-1)).toMatchObject({
      object: { lineage: { parent_sha256: PARENT, operation: 'quantize', type: 'Q8_0' }, quality_reports: [] },
    });
  });

  describe('a report', () => {
    it('is announced with the version, and read back as it was measured', async () => {
      const report = reportRequest(1).report;
      expect((await record()).version.qualityReports).toEqual([report]);
      expect((await read()).qualityReports).toEqual([report]);
      expect((await states(`model_version/${version.id}`)).at(-1)).toMatchObject({
        revision: 2,
        object: { quality_reports: [{ parent_sha256: PARENT, mean_kl: report?.meanKl }] },
      });
      expect(await lastAudit()).toMatchObject({ principal: 'service:inference', allowed: true });
    });

    it('replaces the older one on the same parent and corpus; an older one that comes late does nothing', async () => {
      await record({ measuredAtMs: 2000, tokens: 1000 });
      await record({ measuredAtMs: 3000, tokens: 2000 });
      await record({ measuredAtMs: 2500, tokens: 3000 });
      await record({ measuredAtMs: 1000, corpus: 'other' });
      expect((await read()).qualityReports.map(({ corpus, tokens }) => [corpus, tokens])).toEqual([
        ['weir-corpus-v1', 2000],
        ['other', 4096],
      ]);
      expect((await states(`model_version/${version.id}`)).map((state) => state['revision'])).toEqual([1, 2, 3, 4]);
    });

    it('survives others that arrive at once', async () => {
      const corpora = Array.from({ length: 8 }, (_, n) => `corpus-${n}`);
      await Promise.all(corpora.map((corpus) => record({ corpus })));
      expect((await read()).qualityReports.map(({ corpus }) => corpus).sort()).toEqual(corpora);
    });

    it('must be about a file of the version', async () => {
      await expect(record({ candidateSha256: 'e5'.repeat(32) })).rejects.toMatchObject({
        code: 'invalid_request',
        param: 'report.candidate_sha256',
      });
      const absent = rooms.registry.recordQualityReport(reportRequest(999), inference);
      await expect(absent).rejects.toMatchObject({ code: 'not_found', param: 'version' });
      expect((await read()).qualityReports).toEqual([]);
    });

    it('is taken from nobody but the inference service', async () => {
      for (const caller of [operator, keyOf('0199c0de-0000-7000-8000-00000000000a', { role: 'owner' })]) {
        await expect(record({}, caller)).rejects.toMatchObject({ code: 'permission_denied' });
      }
      expect(await lastAudit()).toMatchObject({ action: 'RegistryService.RecordQualityReport', allowed: false });
      expect((await read()).qualityReports).toEqual([]);
    });
  });

  describe('an override', () => {
    const deploy = async (name: string) =>
      (await rooms.registry.createDeployment(deploymentRequest({ name, version: version.version }), operator))
        .deployment;
    const override = (deploymentId: string, reason: string, revision: number, caller = operator) =>
      rooms.registry.setQualityOverride({ deploymentId, reason, revision }, caller);

    it('says why, who and when; an empty reason takes it back', async () => {
      const { id } = await deploy('overridden');
      const given = { reason: 'compared by hand', decidedBy: 'operator', decidedAtMs: rooms.source.now() };
      const { deployment } = await override(id, 'compared by hand', 1);
      expect(deployment).toMatchObject({ revision: 2, qualityOverride: given });
      expect((await rooms.registry.getDeployment({ id })).deployment.qualityOverride).toEqual(given);
      expect(await lastAudit()).toMatchObject({
        action: 'RegistryService.SetQualityOverride',
        principal: 'operator',
        target: `deployment/${id}`,
        allowed: true,
      });
      expect((await override(id, '', 2)).deployment).toMatchObject({ revision: 3, qualityOverride: undefined });
      const announced = (await states(`deployment/${id}`)).map((state) => state['object'] as Record<string, unknown>);
      expect(announced.map((object) => object['quality_override'])).toEqual([
        undefined,
        { reason: 'compared by hand', decided_by: 'operator', decided_at: rooms.source.now() },
        undefined,
      ]);
    });

    it('is decided on what was read', async () => {
      const { id } = await deploy('moved-on');
      await override(id, 'first', 1);
      await expect(override(id, 'second', 1)).rejects.toMatchObject({ code: 'revision_conflict', param: 'revision' });
      const absent = override('0199c0de-0000-7000-8000-00000000dead', 'x', 1);
      await expect(absent).rejects.toMatchObject({ code: 'not_found', param: 'deployment_id' });
      expect((await rooms.registry.getDeployment({ id })).deployment.qualityOverride?.reason).toBe('first');
    });

    it('is given by the operator and administrators, and names the key', async () => {
      const organization = '0199c0de-0000-7000-8000-00000000000c';
      const { id } = await deploy('by-key');
      const member = override(id, 'please', 1, keyOf(organization, { role: 'member' }));
      await expect(member).rejects.toMatchObject({ code: 'permission_denied' });
      await expect(override(id, 'please', 1, inference)).rejects.toMatchObject({ code: 'permission_denied' });
      const { deployment } = await override(id, 'measured elsewhere', 1, keyOf(organization));
      expect(deployment.qualityOverride?.decidedBy).toBe('api_key:k1');
    });
  });

  it('keeps the new settings of an engine', async () => {
    const tenant = '0199c0de-0000-7000-8000-00000000000d';
    const engine = {
      ...deploymentRequest().engine!,
      maxQueuedTokens: 9000,
      idleUnloadSeconds: 60,
      shares: [{ tenant, nominalPercent: 50, borrowingPercent: 50, weight: 0 }],
      usdPerHour: '0.35',
    };
    const { deployment } = await rooms.registry.createDeployment(
      deploymentRequest({ name: 'shared', engine }),
      operator,
    );
    const read = (await rooms.registry.getDeployment({ id: deployment.id })).deployment.engine;
    expect(read).toMatchObject({
      ...engine,
      slots: 8,
      contextTokens: 2048,
      maxQueue: 64,
      maxOutputTokens: 1024,
      shares: [{ weight: 1 }],
    });
    expect((await states(`deployment/${deployment.id}`)).at(-1)).toMatchObject({
      object: {
        engine: { shares: [{ tenant, nominal_percent: 50, borrowing_percent: 50, weight: 1 }], usd_per_hour: '0.35' },
      },
    });
  });
});
