import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { engineV1, registryV1 } from '@weir/contracts';
import { quantizeFile } from '@weir/gguf';
import type { Client } from '@weir/grpc';
import { inferenceService } from '@weir/inference';
import { registryService } from '@weir/registry';
import { eventually, startTestProcess, temporaryFolder, tinyModel, type TestProcess } from '@weir/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

describe.each(['auto', 'grpc'] as const)('a quantized model, %s binding', (binding) => {
  let weir: TestProcess;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let registry: Client<typeof registryV1.RegistryServiceDefinition>;
  let quality: Client<typeof engineV1.QualityServiceDefinition>;
  let parentSha256: string;

  beforeAll(async () => {
    folder = await temporaryFolder();
    weir = await startTestProcess({
      services: [registryService, inferenceService],
      settings: { binding },
      env: { WEIR_INFERENCE_MEMORY_RESERVE_MB: '0', WEIR_INFERENCE_THREADS: '1' },
    });
    registry = weir.operator.client('registry', registryV1.RegistryServiceDefinition);
    quality = weir.operator.client('inference', engineV1.QualityServiceDefinition);
    const tiny = await tinyModel();
    parentSha256 = tiny.sha256;
    await registry.createModel({ name: 'tiny' });
    await version(tiny.path, tiny.sha256, 'F16');
  });
  afterAll(async () => {
    await weir?.[Symbol.asyncDispose]();
    await folder?.[Symbol.asyncDispose]();
  });

  async function version(path: string, sha256: string, type: string, lineage?: registryV1.Lineage) {
    const { size } = await stat(path);
    const artifacts = [{ path: 'model.gguf', uri: pathToFileURL(path).href, sha256, sizeBytes: size }];
    return registry.createModelVersion({ modelName: 'tiny', artifacts, format: 'gguf', quantization: type, lineage });
  }

  const deployed = async (name: string, number: number) => {
    const engine = { kind: 'llamacpp', slots: 1, contextTokens: 256 };
    const { deployment } = await registry.createDeployment({ name, modelName: 'tiny', version: number, engine });
    return deployment?.id ?? '';
  };
  const reported = (id: string, state: string) =>
    eventually(
      async () => {
        const { deployment } = await registry.getDeployment({ id });
        return deployment?.reportedState === state && deployment;
      },
      { timeoutMs: 40_000 },
    );

  const measured = async (number: number) => {
    await eventually(() => weir.snapshot.modelVersion('tiny', number));
    const request = { modelName: 'tiny', version: number, parentModelName: 'tiny', parentVersion: 1, maxTokens: 1_200 };
    let report: engineV1.QualityReport | undefined;
    for await (const part of quality.measureQuality(request)) report = part.report ?? report;
    const { version: read } = await registry.getModelVersion({ modelName: 'tiny', version: number });
    expect(read?.qualityReports).toEqual([report]);
    return report;
  };
  const quantized = async (type: 'F16' | 'Q8_0') => {
    const output = join(folder.path, `${type}.gguf`);
    const made = await quantizeFile({ input: (await tinyModel()).path, output, type, workers: 0 });
    const lineage = { parentSha256, parentType: 'F16', operation: 'quantize', type, tool: 'weir-quantize 1' };
    const { version: created } = await version(output, made.sha256, type, lineage);
    return created?.version ?? 0;
  };

  it('is served once it was measured against its parent', async () => {
    const number = await quantized('F16');
    const id = await deployed('f16', number);
    const unproven = { reportedReason: expect.stringMatching(/^quality_unproven.*no quality report/) as string };
    expect(await reported(id, 'failed')).toMatchObject(unproven);
    expect((await measured(number))?.meanKl?.value).toBe(0);
    await reported(id, 'ready');
  });

  it('is not served when a number missed, and says which', async () => {
    const number = await quantized('Q8_0');
    const id = await deployed('q8', number);
    const report = await measured(number);
    expect(report?.sameTop?.value).toBeLessThan(0.97);
    await eventually(async () => {
      const { deployment } = await registry.getDeployment({ id });
      return /same-top share 9\d\.\d % is below the 97\.0 %/.test(deployment?.reportedReason ?? '');
    });
  });

  it('is served by an override that says who and why', async () => {
    const output = join(folder.path, 'q4.gguf');
    const made = await quantizeFile({ input: (await tinyModel()).path, output, type: 'Q4_0', workers: 0 });
    const { version: created } = await version(output, made.sha256, 'Q4_0');
    const id = await deployed('q4', created?.version ?? 0);
    const { revision = 0 } = (await reported(id, 'failed')) || {};
    await registry.setQualityOverride({ deploymentId: id, reason: 'a demo', revision });
    expect(await reported(id, 'ready')).toMatchObject({ qualityOverride: { reason: 'a demo', decidedBy: 'operator' } });
  });
});
