import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { isWeirError, WeirError } from '@weir/errors';
import { isCodecType, isQuantized } from '../blocks/codec.js';
import type { GgufTensor } from '../format/gguf-header.js';
import { GgufReader } from '../format/gguf-reader.js';
import { GgufWriter } from '../format/gguf-writer.js';
import { rowBytes, TENSOR_TYPES } from '../format/tensor-types.js';
import { outputMetadata, parentTypeOf } from './lineage.js';
import { chooseTypes, type TargetTensor } from './mixture.js';
import type { QuantizationName } from './quantization-types.js';
import { SlabPool } from './slab-pool.js';

export interface QuantizeOptions {
  /** GGUF file in F32, F16 or BF16, or a quantized one (with a warning in the result). */
  readonly input: string;
  /** Appears when it is whole; replaced when it is there. */
  readonly output: string;
  readonly type: QuantizationName;
  /** Threads, 0 to 64; 0 = on the calling thread, default one per processor. The output does not depend on it. */
  readonly workers?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: QuantizeProgress) => void;
}

export interface QuantizeProgress {
  readonly tensor: string;
  readonly doneTensors: number;
  readonly totalTensors: number;
  /** Bytes of the input's tensors. */
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface QuantizeResult {
  /** Digest of the output. */
  readonly sha256: string;
  readonly parentSha256: string;
  /** Type of the input's weights, for example F16. */
  readonly parentType: string;
  readonly type: QuantizationName;
  /** Sentences for the user; empty when nothing is to be said. */
  readonly warnings: readonly string[];
  readonly tensors: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Weights in one slab: with source, floats and result about 10 MB. */
const SLAB_WEIGHTS = 1024 * 1024;
const COPY_BYTES = 4 * 1024 * 1024;
const MOST_WORKERS = 64;

/**
 * Writes a GGUF file with its weights in another type, as llama-quantize chooses the types and as llama.cpp's reference
 * rounds them. Memory does not grow with the model: a few slabs per thread are under way at once.
 * @throws WeirError invalid_request for an input that cannot be quantized, not_found for one that cannot be read, cancelled
 * when the signal aborts; then no output is left
 */
export async function quantizeFile(options: QuantizeOptions): Promise<QuantizeResult> {
  const { input, output, type, workers = availableParallelism(), signal } = options;
  if (!Number.isInteger(workers) || workers < 0 || workers > MOST_WORKERS) {
    throw new WeirError('invalid_request', `The number of workers is 0 to ${MOST_WORKERS}, not ${workers}.`);
  }
  if (resolve(input) === resolve(output)) throw new WeirError('invalid_request', 'Input and output are the same file.');
  await using reader = await GgufReader.open(input);
  const { metadata, tensors } = reader.header;
  if ((metadata.number('split.count') ?? 1) > 1) {
    throw new WeirError('invalid_request', `${input} is one part of a split model: merge its parts first.`);
  }
  const targets = chooseTypes(tensors, metadata, type);
  const parentType = parentTypeOf(reader.header);
  const warnings = warningsOf(targets, parentType);
  refuseUnreadable(targets);
  const parentSha256 = await digestOf(input, signal);
  await using writer = await GgufWriter.create(output, {
    metadata: outputMetadata(metadata, { type, parentSha256, parentType }),
    tensors: targets.map(({ source, type: target }) => ({ ...source, type: target })),
  });
  await using pool = new SlabPool(workers);
  await convertAll(targets, { reader, writer, pool, options });
  const { sha256, bytes: bytesOut } = await writer.finish();
  return { sha256, parentSha256, parentType, type, warnings, tensors: targets.length, bytesIn: reader.bytes, bytesOut };
}

interface Route {
  readonly reader: GgufReader;
  readonly writer: GgufWriter;
  readonly pool: SlabPool;
  readonly options: QuantizeOptions;
}

async function convertAll(targets: readonly TargetTensor<GgufTensor>[], route: Route): Promise<void> {
  const totalBytes = targets.reduce((sum, { source }) => sum + source.bytes, 0);
  let doneBytes = 0;
  for (const [doneTensors, target] of targets.entries()) {
    const { source } = target;
    const report = (bytes: number) => {
      doneBytes += bytes;
      const progress = { tensor: source.name, doneTensors, totalTensors: targets.length, doneBytes, totalBytes };
      route.options.onProgress?.(progress);
    };
    if (source.type === target.type) await copyTensor(source, route, report);
    else await convertTensor(target, route, report);
  }
}

async function copyTensor(source: GgufTensor, { reader, writer, options }: Route, report: (bytes: number) => void) {
  for (let start = 0; start < source.bytes; start += COPY_BYTES) {
    throwIfAborted(options.signal);
    const bytes = await reader.read(source, start, Math.min(COPY_BYTES, source.bytes - start));
    await writer.write(bytes);
    report(bytes.length);
  }
}

/** Slabs of whole rows go to the threads ahead of the one that is written, a bounded number of them, and come in order. */
async function convertTensor(
  { source, type }: TargetTensor<GgufTensor>,
  { reader, writer, pool, options }: Route,
  report: (bytes: number) => void,
): Promise<void> {
  if (!isCodecType(source.type) || !isCodecType(type)) return;
  const [columns = 1] = source.dimensions;
  const bytesPerRow = rowBytes(source.type, columns);
  const slabBytes = Math.max(1, Math.floor(SLAB_WEIGHTS / columns)) * bytesPerRow;
  const ahead: { size: number; converted: Promise<Uint8Array> }[] = [];
  const writeFirst = async () => {
    const first = ahead.shift();
    if (!first) return;
    await writer.write(await named(first.converted, source.name));
    report(first.size);
  };
  try {
    for (let start = 0; start < source.bytes; start += slabBytes) {
      throwIfAborted(options.signal);
      const size = Math.min(slabBytes, source.bytes - start);
      const bytes = await reader.read(source, start, size);
      if (ahead.length >= pool.capacity) await writeFirst();
      const converted = pool.convert({ from: source.type, to: type, bytes });
      // It may fail before its turn to be written: whoever awaits it then sees the failure.
      void Promise.allSettled([converted]);
      ahead.push({ size, converted });
    }
    while (ahead.length > 0) await writeFirst();
  } finally {
    await Promise.allSettled(ahead.map(({ converted }) => converted));
  }
}

async function named(converted: Promise<Uint8Array>, tensor: string): Promise<Uint8Array> {
  try {
    return await converted;
  } catch (cause) {
    if (!isWeirError(cause) || cause.code !== 'invalid_request') throw cause;
    throw new WeirError('invalid_request', `In the tensor ${tensor}, ${cause.message}.`, { cause });
  }
}

function refuseUnreadable(targets: readonly TargetTensor<GgufTensor>[]): void {
  for (const { source, type } of targets) {
    if (source.type === type || isCodecType(source.type)) continue;
    throw new WeirError(
      'invalid_request',
      `The tensor ${source.name} is of the type ${source.type}, which is not read.`,
    );
  }
}

function warningsOf(targets: readonly TargetTensor<GgufTensor>[], parentType: string): string[] {
  const warnings: string[] = [];
  const requantized = targets.filter(({ source, type }) => source.type !== type && isQuantized(source.type));
  if (requantized.length > 0) {
    warnings.push(
      `${requantized.length} tensors were quantized already (${parentType}): their loss stays, and what is lost now comes on top. Quantize the original where you can.`,
    );
  }
  const fallbacks = targets.filter(({ wanted }) => wanted);
  if (fallbacks.length > 0) {
    const kinds = new Set(fallbacks.map(({ wanted, type }) => `${wanted} → ${type}`));
    const { weights } = TENSOR_TYPES[fallbacks[0]?.wanted ?? 'Q4_K'];
    warnings.push(
      `${fallbacks.length} of ${targets.length} tensors have rows that are no multiple of ${weights} and got another type: ${[...kinds].join(', ')}.`,
    );
  }
  return warnings;
}

async function digestOf(path: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: COPY_BYTES })) {
    throwIfAborted(signal);
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new WeirError('cancelled', 'Quantizing was cancelled.', { cause: signal.reason });
}
