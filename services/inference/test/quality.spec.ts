import { stat } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { Module } from '@nestjs/common';
import { GrpcHandlers, type ServiceDescriptor } from '@weir/bootstrap';
import {
  engineState,
  engineV1,
  registryV1,
  type DeploymentState,
  type EngineState,
  type ModelVersionState,
  type QualityReportState,
} from '@weir/contracts';
import type { CallContext, Client } from '@weir/grpc';
import type { StateReader } from '@weir/kafka';
import { eventually, startTestProcess, temporaryFolder, tinyModel, type TestProcess } from '@weir/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inferenceService } from '../src/index.js';
import { CORPUS } from '../src/quality/corpus.js';
import { deploymentOf } from './fixtures.js';
import { renameToken, tinyCopy, withLineage } from './quality-models.js';

const { name, fullName, methods } = registryV1.RegistryServiceDefinition;
const Reports = { name, fullName, methods: { recordQualityReport: methods.recordQualityReport } };

/** Stands for the registry, which takes reports from the inference service only. */
@GrpcHandlers(Reports, { recordQualityReport: { services: ['inference'] } })
class ReportsDesk {
  readonly taken: { readonly request: registryV1.RecordQualityReportRequest; readonly principal: unknown }[] = [];

  async recordQualityReport(request: registryV1.RecordQualityReportRequest, { principal }: CallContext) {
    this.taken.push({ request, principal });
    return {};
  }
}

@Module({ providers: [ReportsDesk] })
class ReportsModule {}

const registry: ServiceDescriptor = { name: 'registry', module: ReportsModule, settings: {}, metrics: {} };

describe('quality', () => {
  let running: TestProcess;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let quality: Client<typeof engineV1.QualityServiceDefinition>;
  let desk: ReportsDesk;
  let reader: StateReader;
  let candidate: ModelVersionState;
  let parent: ModelVersionState;
  const states = new Map<string, EngineState>();

  beforeAll(async () => {
    folder = await temporaryFolder();
    running = await startTestProcess({
      services: [inferenceService, registry],
      env: { WEIR_INFERENCE_MEMORY_RESERVE_MB: '0', WEIR_INFERENCE_THREADS: '1' },
    });
    quality = running.operator.client('inference', engineV1.QualityServiceDefinition);
    desk = running.app.get(ReportsDesk, { strict: false });
    reader = await running.bus.readState(engineState, (event) => {
      if ('data' in event) states.set(event.data.deployment_id, event.data);
    });
    const tiny = await tinyModel();
    parent = await versionOf(1, tiny);
    const made = await tinyCopy(folder.path, 'made', { lostBits: 3, edit: withLineage(tiny.sha256, 7) });
    candidate = await versionOf(2, made);
    const renamed = await versionOf(3, await tinyCopy(folder.path, 'renamed', { edit: renameToken }));
    for (const version of [parent, candidate, renamed]) await running.publishState(version);
  });
  afterAll(async () => {
    await reader[Symbol.asyncDispose]();
    await running[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  const measure = async (version: number, parentVersion: number, maxTokens: number) => {
    const all: engineV1.MeasureQualityResponse[] = [];
    const request = { modelName: 'tiny', version, parentModelName: 'tiny', parentVersion, maxTokens };
    for await (const part of quality.measureQuality(request)) all.push(part);
    return all;
  };
  const counted = async (line: RegExp) => Number(line.exec(await metrics())?.[1] ?? 0);
  const metrics = async () => (await fetch(`${running.httpUrl}/metrics`)).text();
  const deploy = (id: string, version: ModelVersionState, more: Partial<DeploymentState> = {}) => {
    const deployment = deploymentOf({ slots: 1, context_tokens: 256 }, id);
    return running.publishState({ ...deployment, model_name: 'tiny', version: version.version, ...more });
  };
  const stateIs = (id: string, state: EngineState['state']) =>
    eventually(() => states.get(id)?.state === state && states.get(id), { timeoutMs: 30_000 });

  it('measures over gRPC with progress, and has the registry keep the report, as this service', async () => {
    const parts = await measure(2, 1, 1_100);
    expect(parts.map(({ doneTokens }) => doneTokens)).toEqual([0, 255, 510, 765, 1_020, 1_100, 1_100]);
    expect(parts.every(({ totalTokens }) => totalTokens === 1_100)).toBe(true);
    const report = parts.at(-1)?.report;
    expect(report).toMatchObject({
      candidateSha256: candidate.artifacts[0]?.sha256,
      parentSha256: parent.artifacts[0]?.sha256,
      corpus: CORPUS.name,
      corpusSha256: CORPUS.sha256,
      tokens: 1_100,
    });
    expect(report?.meanKl?.value).toBeGreaterThan(0);
    expect(report?.meanKl?.value).toBeLessThan(0.005);
    expect(desk.taken).toEqual([{ request: { modelName: 'tiny', version: 2, report }, principal: undefined }]);
    expect(await counted(/weir_inference_quality_measurements_total\{outcome="stored"\} (\d+)/)).toBe(1);
    expect(await counted(/weir_inference_quality_measurement_seconds_count (\d+)/)).toBe(1);
  });

  it('is one at a time, and gives the turn back when the caller leaves', async () => {
    const first = quality.measureQuality({ ...named(1, 1), maxTokens: 0 })[Symbol.asyncIterator]();
    await first.next();
    await expect(measure(1, 1, 100)).rejects.toMatchObject({
      code: 'engine_overloaded',
      retryAfterMs: expect.any(Number) as number,
    });
    await first.return?.();
    const last = await eventually(() => measure(1, 1, 100), { timeoutMs: 30_000 });
    expect(last.at(-1)?.report).toMatchObject({ meanKl: { value: 0 }, sameTop: { value: 1 } });
    expect(await counted(/weir_inference_quality_measurements_total\{outcome="cancelled"\} (\d+)/)).toBe(1);
  });

  it('says which version is missing, and why two cannot be compared', async () => {
    await expect(measure(9, 1, 100)).rejects.toMatchObject({ code: 'not_found', param: 'version' });
    await expect(measure(2, 9, 100)).rejects.toMatchObject({ code: 'not_found', param: 'parent_version' });
    await expect(measure(0, 1, 100)).rejects.toMatchObject({ code: 'invalid_request', param: 'version' });
    await expect(measure(3, 1, 100)).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('different vocabularies') as string,
    });
    await running.publishState({ ...parent, id: 'tiny/4', version: 4, format: 'remote', artifacts: [] });
    await expect(measure(4, 1, 100)).rejects.toMatchObject({ code: 'invalid_request', param: 'version' });
  });

  it('is for the operator and administrators', async () => {
    const asked = async (scope: 'inference' | 'admin') => {
      const { apiKey } = await running.seedTenant({ scopes: [scope], role: 'admin' });
      const client = running.clients(apiKey).client('inference', engineV1.QualityServiceDefinition);
      for await (const part of client.measureQuality({ ...named(1, 1), maxTokens: 50 })) if (part.report) return part;
      return undefined;
    };
    await expect(asked('inference')).rejects.toMatchObject({ code: 'permission_denied' });
    expect((await asked('admin'))?.report?.tokens).toBe(50);
    expect(desk.taken.at(-1)?.principal).toBeUndefined();
  });

  it('keeps a quantized model from being served until a report passes, and then starts it by itself', async () => {
    await deploy('gated', candidate);
    const failed = await stateIs('gated', 'failed');
    expect(failed && failed.reason).toMatch(/^quality_unproven: tiny@2 is not served: there is no quality report/);
    const bad = reportState({ mean_kl: { value: 0.2, low: 0.1, high: 0.3 } });
    await running.publishState({ ...candidate, quality_reports: [bad] });
    await eventually(() => /mean KL divergence 0.2000 is above the 0.005/.test(states.get('gated')?.reason ?? ''));
    await running.publishState({ ...candidate, quality_reports: [reportState({})] });
    await stateIs('gated', 'ready');
    await running.publishState(candidate);
  });

  it('lets an override serve one, logged and counted', async () => {
    await deploy('decided', candidate);
    await stateIs('decided', 'failed');
    const quality_override = { reason: 'a demo', decided_by: 'operator', decided_at: 1 };
    await deploy('decided', candidate, { quality_override });
    await stateIs('decided', 'ready');
    expect(await counted(/weir_inference_quality_overrides_total\{[^}]*engine="name-of-decided"[^}]*\} (\d+)/)).toBe(1);
  });

  it('asks nothing of the parent, which nobody quantized', async () => {
    await deploy('plain', parent);
    await stateIs('plain', 'ready');
  });

  const named = (version: number, parentVersion: number) => ({
    modelName: 'tiny',
    version,
    parentModelName: 'tiny',
    parentVersion,
  });

  /** A report on the candidate that passes. */
  const reportState = (given: Partial<QualityReportState>): QualityReportState => ({
    candidate_sha256: candidate.artifacts[0]?.sha256 ?? '',
    parent_sha256: parent.artifacts[0]?.sha256 ?? '',
    corpus: CORPUS.name,
    corpus_sha256: CORPUS.sha256,
    tokens: 5_000,
    candidate_perplexity: 12,
    parent_perplexity: 12,
    perplexity_ratio: { value: 1, low: 1, high: 1 },
    mean_kl: { value: 0.001, low: 0, high: 0.002 },
    kl_p999: 0.1,
    same_top: { value: 0.99, low: 0.98, high: 1 },
    measured_at: 1,
    ...given,
  });
});

async function versionOf(version: number, file: { path: string; sha256: string }): Promise<ModelVersionState> {
  const { size } = await stat(file.path);
  const uri = pathToFileURL(file.path).href;
  return {
    kind: 'model_version',
    id: `tiny/${version}`,
    model_name: 'tiny',
    version,
    format: 'gguf',
    source: 'test',
    quantization: '',
    context_tokens: 2_048,
    artifacts: [{ path: 'model.gguf', uri, sha256: file.sha256, size_bytes: size }],
    quality_reports: [],
    created_at: 1,
  };
}
