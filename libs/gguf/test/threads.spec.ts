// Threads load built files: this spec runs what `npm run build` made of the library.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GgufMetadata, GgufWriter, quantizeFile } from '../dist/index.js';

let folder = '';
let input = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-threads-'));
  input = join(folder, 'input.gguf');
  await write(input, 0);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const SHAPE = [256, 40_000] as const;

async function write(path: string, broken: number): Promise<void> {
  const metadata = GgufMetadata.of({ 'general.architecture': { type: 'string', value: 'llama' } });
  const tensors = [{ name: 'blk.0.ffn_up.weight', type: 'F32' as const, dimensions: SHAPE }];
  await using writer = await GgufWriter.create(path, { metadata, tensors });
  const weights = Float32Array.from(
    { length: SHAPE[0] * SHAPE[1] },
    (_, i) => ((i * 2_654_435_761) % 1_009) / 1_009 - 0.5,
  );
  if (broken) weights[broken] = Number.NaN;
  await writer.write(new Uint8Array(weights.buffer));
  await writer.finish();
}

describe('quantizing in threads', () => {
  it('gives the same file for any number of them', async () => {
    const digests = [];
    for (const workers of [0, 1, 2, 5]) {
      const output = join(folder, `${workers}.gguf`);
      digests.push((await quantizeFile({ input, output, type: 'Q5_0', workers })).sha256);
    }
    expect(new Set(digests).size).toBe(1);
  });

  it('names the tensor whose weights a thread refused', async () => {
    const broken = join(folder, 'broken.gguf');
    await write(broken, 9_000_000);
    const quantizing = quantizeFile({ input: broken, output: join(folder, 'x.gguf'), type: 'Q8_0', workers: 2 });
    await expect(quantizing).rejects.toThrow('In the tensor blk.0.ffn_up.weight, the weight NaN fits no Q8_0.');
  });

  it('ends when it is cancelled', async () => {
    const abort = new AbortController();
    const output = join(folder, 'y.gguf');
    const onProgress = () => abort.abort();
    const quantizing = quantizeFile({ input, output, type: 'Q5_0', workers: 2, signal: abort.signal, onProgress });
    await expect(quantizing).rejects.toMatchObject({ code: 'cancelled' });
  });
});
