import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { promisify } from 'node:util';
import { dequantize, GgufReader, isCodecType, type GgufTensor } from '@weir/gguf';

/** Makes the same file with llama.cpp's own tool. */
export async function runLlamaQuantize(path: string, input: string, output: string, type: string): Promise<number> {
  const started = performance.now();
  await promisify(execFile)(path, ['--allow-requantize', input, output, type, String(cpus().length)], {
    maxBuffer: 16 * 1024 * 1024,
  });
  return (performance.now() - started) / 1_000;
}

export interface Comparison {
  readonly tensors: number;
  /** Tensors with the same type and the same bytes. */
  readonly identical: number;
}

export async function compare(ours: string, theirs: string): Promise<Comparison> {
  await using a = await GgufReader.open(ours);
  await using b = await GgufReader.open(theirs);
  let identical = 0;
  for (const tensor of a.header.tensors) {
    const other = b.header.tensors.find(({ name }) => name === tensor.name);
    if (!other || other.type !== tensor.type) continue;
    const [left, right] = await Promise.all([a.read(tensor, 0, tensor.bytes), b.read(other, 0, other.bytes)]);
    if (Buffer.compare(left, right) === 0) identical += 1;
  }
  return { tensors: b.header.tensors.length, identical };
}

/** Root mean square difference between the weights of a file and those of its parent, over what was converted. */
export async function roundTripError(file: string, parent: string): Promise<number> {
  await using a = await GgufReader.open(file);
  await using b = await GgufReader.open(parent);
  let [squares, count] = [0, 0];
  for (const tensor of a.header.tensors) {
    const original = b.header.tensors.find(({ name }) => name === tensor.name);
    if (!original || original.type === tensor.type) continue;
    const [weights, wanted] = [await weightsOf(a, tensor), await weightsOf(b, original)];
    for (let i = 0; i < weights.length; i += 1) squares += (weights[i]! - wanted[i]!) ** 2;
    count += weights.length;
  }
  return count ? Math.sqrt(squares / count) : 0;
}

async function weightsOf(reader: GgufReader, tensor: GgufTensor): Promise<Float32Array> {
  const bytes = await reader.read(tensor, 0, tensor.bytes);
  return isCodecType(tensor.type) ? dequantize(tensor.type, bytes) : new Float32Array();
}
