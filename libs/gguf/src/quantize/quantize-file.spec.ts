import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { quantize } from '../blocks/codec.js';
import { sampleWeights } from '../blocks/sample-weights.js';
import { GgufMetadata } from '../format/gguf-metadata.js';
import { GgufReader, readGgufHeader } from '../format/gguf-reader.js';
import type { GgufValue } from '../format/gguf-values.js';
import { GgufWriter, type TensorPlan } from '../format/gguf-writer.js';
import { lineageOf } from './lineage.js';
import { fileTypeName, quantizationName } from './quantization-types.js';
import { quantizeFile, type QuantizeProgress } from './quantize-file.js';

const PLAN: TensorPlan[] = [
  { name: 'output_norm.weight', type: 'F32', dimensions: [256] },
  { name: 'blk.0.attn_q.weight', type: 'F32', dimensions: [256, 8192] },
  { name: 'blk.0.attn_norm.weight', type: 'F32', dimensions: [256] },
];
const WEIGHTS = PLAN.map(({ dimensions }) => sampleWeights(dimensions.reduce((a, b) => a * b) / 256));
const METADATA: Record<string, GgufValue> = {
  'general.architecture': { type: 'string', value: 'llama' },
  'general.file_type': { type: 'u32', value: 0 },
  'general.name': { type: 'string', value: 'sample' },
  'llama.block_count': { type: 'u32', value: 1 },
};

let folder = '';
let input = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-quantize-'));
  input = await written('input.gguf', METADATA);
});
afterAll(() => rm(folder, { recursive: true, force: true }));
let output = '';
beforeEach(async () => {
  output = join(folder, 'output.gguf');
  await rm(output, { force: true });
});

async function written(name: string, values: Record<string, GgufValue>, weights = WEIGHTS): Promise<string> {
  const path = join(folder, name);
  await using writer = await GgufWriter.create(path, { metadata: GgufMetadata.of(values), tensors: PLAN });
  for (const floats of weights) await writer.write(new Uint8Array(floats.buffer));
  await writer.finish();
  return path;
}

const digest = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

describe('quantizeFile', () => {
  it('writes the tensors in their new types and tells what it did', async () => {
    const result = await quantizeFile({ input, output, type: 'Q8_0', workers: 0 });
    expect(result).toMatchObject({ parentType: 'F32', type: 'Q8_0', warnings: [], tensors: 3 });
    expect([result.sha256, result.parentSha256]).toEqual([await digest(output), await digest(input)]);
    await using reader = await GgufReader.open(output);
    expect(reader.bytes).toBe(result.bytesOut);
    expect(reader.header.tensors.map(({ name, type }) => [name, type])).toEqual([
      ['output_norm.weight', 'F32'],
      ['blk.0.attn_norm.weight', 'F32'],
      ['blk.0.attn_q.weight', 'Q8_0'],
    ]);
    const [, norm, matrix] = reader.header.tensors;
    expect(Buffer.compare(await reader.read(matrix!, 0, matrix!.bytes), quantize('Q8_0', WEIGHTS[1]!))).toBe(0);
    expect(Buffer.compare(await reader.read(norm!, 0, norm!.bytes), new Uint8Array(WEIGHTS[2]!.buffer))).toBe(0);
  });

  it('makes the file known as quantized by its own header', async () => {
    const { parentSha256 } = await quantizeFile({ input, output, type: 'Q4_K_M', workers: 0 });
    const { metadata } = await readGgufHeader(output);
    expect([...metadata.keys()]).toEqual([
      'general.architecture',
      'general.name',
      'llama.block_count',
      'general.quantization_version',
      'general.file_type',
      'weir.lineage.parent_sha256',
      'weir.lineage.parent_type',
      'weir.lineage.tool',
    ]);
    expect(lineageOf(metadata)).toEqual({ parentSha256, parentType: 'F32', tool: 'weir-quantize 1' });
    expect([metadata.number('general.file_type'), metadata.number('general.quantization_version')]).toEqual([15, 2]);
    expect(lineageOf((await readGgufHeader(input)).metadata)).toBeUndefined();
  });

  it('warns of a quantized parent, and keeps the lineage when it widens one', async () => {
    const quantized = join(folder, 'quantized.gguf');
    const first = await quantizeFile({ input, output: quantized, type: 'Q8_0', workers: 0 });
    const again = await quantizeFile({ input: quantized, output, type: 'Q4_0', workers: 0 });
    expect([again.parentType, again.parentSha256]).toEqual(['Q8_0', first.sha256]);
    expect(again.warnings).toEqual([expect.stringMatching(/^1 tensors were quantized already \(Q8_0\)/)]);
    await quantizeFile({ input: quantized, output, type: 'F16', workers: 0 });
    expect(lineageOf((await readGgufHeader(output)).metadata)?.parentSha256).toBe(first.parentSha256);
  });

  it('reports progress up to the last byte', async () => {
    const seen: QuantizeProgress[] = [];
    await quantizeFile({ input, output, type: 'Q4_0', workers: 0, onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toMatchObject({ totalTensors: 3, doneBytes: seen[0]?.totalBytes });
    expect(seen.filter(({ tensor }) => tensor.includes('attn_q')).length).toBeGreaterThan(1);
  });

  it('leaves nothing when it is cancelled on the way', async () => {
    const before = await readdir(folder);
    const abort = new AbortController();
    const options = { input, output, workers: 0, signal: abort.signal, onProgress: () => abort.abort() };
    await expect(quantizeFile({ ...options, type: 'Q4_0' })).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readdir(folder)).toEqual(before);
  });

  it.each([
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['more than a half float holds', 70_000],
  ])('refuses weights that are %s', async (_what, weight) => {
    const bad = WEIGHTS.map((floats) => floats.slice());
    bad[1]![100] = weight;
    const broken = await written('bad.gguf', METADATA, bad);
    await expect(quantizeFile({ input: broken, output, type: 'F16', workers: 0 })).rejects.toMatchObject({
      code: 'invalid_request',
      message: `In the tensor blk.0.attn_q.weight, the weight ${weight} fits no F16.`,
    });
  });

  it('refuses parts of split models, its own input as output, and odd numbers of workers', async () => {
    const part = await written('part.gguf', { ...METADATA, 'split.count': { type: 'u16', value: 3 } });
    await expect(quantizeFile({ input: part, output, type: 'Q8_0', workers: 0 })).rejects.toThrow(/merge its parts/);
    await expect(quantizeFile({ input, output: input, type: 'Q8_0', workers: 0 })).rejects.toThrow(/the same file/);
    await expect(quantizeFile({ input, output, type: 'Q8_0', workers: 65 })).rejects.toThrow(/0 to 64, not 65/);
  });
});

describe('names of types', () => {
  it('are read in any case, and known by their number', () => {
    expect([quantizationName('q4_k_m'), fileTypeName(15), fileTypeName(3), fileTypeName(99)]).toEqual([
      'Q4_K_M',
      'Q4_K_M',
      'Q4_1',
      undefined,
    ]);
    expect(() => quantizationName('Q9')).toThrow(/Q9 is none of the types F32, /);
  });
});
