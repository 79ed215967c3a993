import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GgufWriter, tensorBytes, type TensorPlan } from '@weir/gguf';
import { uniqueName } from './surroundings.js';
import { tinyWeights } from './tiny-model-weights.js';
import { tinyMetadata, tinyTensors, TINY_SEED } from './tiny-model-plan.js';

export interface TinyModel {
  readonly path: string;
  /** Digest of the file, the same on every machine. */
  readonly sha256: string;
}

/** Name of the file for one state of its recipe: raise it when the recipe changes. */
const RECIPE = 'weir-tiny-llama-1';

/**
 * A llama of two layers with random weights from a fixed seed: 3 MB, 512 tokens, a context of 2,048 tokens, ChatML. It writes
 * printable text without sense and hardly ever ends by itself. Written once per machine, into the folder for temporary files.
 */
export async function tinyModel(): Promise<TinyModel> {
  const folder = join(tmpdir(), RECIPE);
  const path = join(folder, 'tiny-llama-f16.gguf');
  if (!(await exists(path))) {
    await mkdir(folder, { recursive: true });
    const temporary = join(folder, uniqueName());
    await writeTinyModel(temporary);
    await rename(temporary, path);
  }
  return { path, sha256: await digestOf(path) };
}

/** Writes the model to `path`. */
export async function writeTinyModel(path: string): Promise<TinyModel> {
  const tensors = tinyTensors();
  await using writer = await GgufWriter.create(path, { metadata: tinyMetadata(), tensors });
  const weights = tinyWeights(TINY_SEED);
  for (const tensor of tensors) await writer.write(encoded(tensor, weights(tensor)));
  const { sha256 } = await writer.finish();
  return { path, sha256 };
}

function encoded(tensor: TensorPlan, weights: Float32Array): Uint8Array {
  const bytes = new Uint8Array(tensorBytes(tensor));
  const view = new DataView(bytes.buffer);
  weights.forEach((weight, i) => {
    if (tensor.type === 'F32') view.setFloat32(i * 4, weight, true);
    else view.setFloat16(i * 2, weight, true);
  });
  return bytes;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
