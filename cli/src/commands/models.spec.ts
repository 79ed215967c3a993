import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { engineV1 } from '@weir/contracts';
import { GgufMetadata, GgufWriter } from '@weir/gguf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../run-cli.js';
import { deviceRow } from './devices.js';
import { engineRow } from './engines.js';
import { versionName, wholeNumber } from './input.js';
import { reportLines } from './measure.js';
import { sizesOf, versionOf } from './quantize.js';

const written = (stream: PassThrough): string => stripVTControlCharacters(String(stream.read() ?? ''));

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const code = await runCli({ args, out, err, env: { WEIR_HOME: '/nonexistent/weir-home' } });
  return { code, out: written(out), err: written(err) };
}

let folder = '';
let input = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-cli-'));
  input = join(folder, 'in.gguf');
  const metadata = GgufMetadata.of({
    'general.architecture': { type: 'string', value: 'llama' },
    'llama.context_length': { type: 'u32', value: 2_048 },
  });
  // Only a vector, which is copied: the threads of the quantizer are started from built files.
  const tensors = [{ name: 'output_norm.weight', type: 'F32' as const, dimensions: [4] }];
  await using writer = await GgufWriter.create(input, { metadata, tensors });
  await writer.write(new Uint8Array(16));
  await writer.finish();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('weir models', () => {
  const output = () => join(folder, 'out.gguf');

  it.each([
    ['a type that there is not', () => ['quantize', input, output(), '--type', 'Q9'], /Q9 is none of the types/],
    ['no type', () => ['quantize', input, output()], /required option '--type/],
    ['no threads', () => ['quantize', input, output(), '--type', 'Q8_0', '--workers', '0'], /--workers needs a whole/],
    ['the same file', () => ['quantize', input, input, '--type', 'Q8_0'], /the same file/],
    ['a file of another kind', () => ['quantize', process.execPath, output(), '--type', 'Q8_0'], /magic bytes/],
    ['a version without number', () => ['measure', 'm', '--against', 'm@1'], /m names no version/],
    ['a wrong count', () => ['measure', 'm@1', '--against', 'm@2', '--max-tokens', '-1'], /--max-tokens needs/],
    ['an override without reason', () => ['override', 'd'], /Give --reason TEXT, or --withdraw/],
    ['both ways at once', () => ['override', 'd', '--reason', 'r', '--withdraw'], /Give --reason TEXT, or --withdraw/],
  ])('answers %s with 2 and a line', async (_what, args, message) => {
    const { code, err } = await run('models', ...args());
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  it('answers a file that is not there with 1, and isolating without a reason with 2', async () => {
    expect(await run('models', 'quantize', join(folder, 'none'), output(), '--type', 'Q8_0')).toMatchObject({
      code: 1,
    });
    expect(await run('engines', 'isolate', 'd', '--reason', ' ')).toMatchObject({ code: 2 });
  });

  it('says who may register', async () => {
    const { code, err } = await run('models', 'quantize', input, output(), '--type', 'F16', '--register', 'm');
    expect(code).toBe(1);
    expect(err).toMatch(/secrets\/mesh: only the operator/);
  });

  it('registers a file with its lineage', async () => {
    const result = {
      sha256: 'a'.repeat(64),
      parentSha256: 'b'.repeat(64),
      parentType: 'F16',
      type: 'Q8_0',
      warnings: [],
      tensors: 1,
      bytesIn: 2_000_000,
      bytesOut: 1_060_000,
    } as const;
    expect(await versionOf({ output: input, result, model: 'm', source: undefined })).toEqual({
      modelName: 'm',
      artifacts: [{ path: 'in.gguf', uri: `file://${input}`, sha256: result.sha256, sizeBytes: 1_060_000 }],
      format: 'gguf',
      source: `quantized from sha256:${result.parentSha256}`,
      quantization: 'Q8_0',
      contextTokens: 2_048,
      lineage: {
        parentSha256: result.parentSha256,
        parentType: 'F16',
        operation: 'quantize',
        type: 'Q8_0',
        tool: 'weir-quantize 1',
      },
    });
    expect(sizesOf(result)).toBe('2.0 MB → 1.1 MB (53 %)');
  });
});

describe('what was typed', () => {
  it('is read as version or number', () => {
    expect(versionName('org/a@b@12')).toEqual({ model: 'org/a@b', version: 12 });
    expect(wholeNumber('7', '--n', 7)).toBe(7);
  });

  it.each(['m@0', 'm@', '@1', 'm@1.5', 'm@-1'])('%s is no version', (text) => {
    expect(() => versionName(text)).toThrow(/names no version/);
  });

  it.each(['6', '1e3', '', '7.0', '9999999999999999999'])('%s is no number of 7 or more', (text) => {
    expect(() => wholeNumber(text, '--n', 7)).toThrow(/--n needs a whole number, 7 or more/);
  });
});

describe('rows', () => {
  it('show a report with its intervals', () => {
    const report = engineV1.QualityReport.fromPartial({
      corpus: 'weir-text-1',
      tokens: 4_096,
      candidatePerplexity: 12.3456,
      parentPerplexity: 12,
      meanKl: { value: 0.001, low: 0.0009, high: 0.0011 },
    });
    const lines = Object.fromEntries(reportLines(report));
    expect(lines['text']).toBe('weir-text-1, 4096 positions');
    expect(lines['perplexity']).toBe('12.346 against 12.000');
    expect(lines['mean KL']).toBe('0.00100 (0.00090 to 0.00110) nats');
    expect(lines['same top']).toBe('unknown');
  });

  it('show an engine, its breaker and its load', () => {
    const status = engineV1.DeploymentStatus.fromPartial({
      deploymentId: 'd1',
      state: 'open',
      breaker: 'isolated',
      breakerReason: 'a drill',
      running: 2,
      slots: 8,
      waiting: 3,
      waitingTokens: 900,
      kvUsage: 0.456,
      endpoints: [{ state: 'in_use' }, { state: 'ejected' }],
    });
    expect(engineRow(status)).toEqual([
      'd1',
      'open',
      'isolated',
      '2/8',
      '3 (900 tokens)',
      '46 %',
      '-',
      '1/2',
      'a drill',
    ]);
    expect(engineRow(engineV1.DeploymentStatus.fromPartial({ deploymentId: 'd2', device: 'cpu' }))).toEqual([
      'd2',
      '',
      '-',
      '0',
      '0',
      '0 %',
      'cpu',
      '-',
      '-',
    ]);
  });

  it('show a device, with dashes for what its driver does not tell', () => {
    const device = { id: 'cuda:0', name: 'H', memoryFreeBytes: 2 ** 30, memoryTotalBytes: 2 ** 31, utilization: 0.5 };
    const placements = [{ deploymentId: 'd1', estimatedBytes: 2 ** 29 }];
    expect(deviceRow(engineV1.Device.fromPartial({ ...device, placements }))).toEqual([
      'cuda:0',
      'H',
      '1.0 GiB',
      '2.0 GiB',
      '50 %',
      '-',
      'd1 (0.5 GiB)',
    ]);
  });
});
