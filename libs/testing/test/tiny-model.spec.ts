import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { GgufReader, quantizeFile, type QuantizationName } from '@weir/gguf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder, tinyModel, writeTinyModel, type TinyModel } from '../src/index.js';

const SHA256 = '7e0cbe825af54a39da51f60e2ae8de1b2f54a5687e5177c1f3b375ec3d255814';

/** Digest of all names and data that llama-quantize of llama.cpp b11434 makes of the model, tensor after tensor. */
const JUDGED: readonly [QuantizationName, string][] = [
  ['Q8_0', 'a877405b8b3a239bc5be54305b0eb49e6be9a1f9d448676c6a49d8051ce06737'],
  ['Q6_K', 'd30c54f57cd1fdc91c8ec1ccc8b4e05519c99ba765b91feeadcafdf858a562d7'],
  ['Q5_0', '28706109cee351ed3c81836921b4557241a849dc963b1d1184ae6b4508f756c5'],
  ['Q4_K_M', 'b03342b5e2d5115515e15705d2cc83bd4e03c2e0684ecd0a04c3d015cbd96173'],
  ['Q4_0', 'dd0d247edf747e88981fb1f799ee0f4af100ee83205f1b23ebd9578c54f08ddc'],
];

describe('the tiny model', () => {
  let model: TinyModel;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeAll(async () => {
    folder = await temporaryFolder();
    model = await tinyModel();
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  it('is the same file every time', async () => {
    expect(model.sha256).toBe(SHA256);
    expect((await writeTinyModel(join(folder.path, 'again.gguf'))).sha256).toBe(SHA256);
    expect(await tinyModel()).toEqual(model);
  });

  it.each(JUDGED)('becomes the same %s tensors as with llama-quantize', async (type, digest) => {
    const output = join(folder.path, `${type}.gguf`);
    await quantizeFile({ input: model.path, output, type, workers: 0 });
    expect(await tensorDigest(output)).toBe(digest);
  });

  it('loads, and writes text that depends on its prompt and does not end by itself', async () => {
    const engine = fileURLToPath(new URL('./tiny-model-engine.mjs', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [engine, model.path], { env: {} });
    const [first = '', other, again, roundTrip] = JSON.parse(stdout) as string[];
    expect(first).toMatch(/^[ -~]{100,}$/);
    expect(new Set(first.split(' ')).size).toBeGreaterThan(10);
    expect(other).not.toBe(first);
    expect(again).toBe(first);
    expect(roundTrip).toBe('über 日本 the world\n');
  });
});

async function tensorDigest(path: string): Promise<string> {
  await using reader = await GgufReader.open(path);
  const hash = createHash('sha256');
  for (const tensor of reader.header.tensors) {
    hash.update(tensor.name).update(await reader.read(tensor, 0, tensor.bytes));
  }
  return hash.digest('hex');
}
