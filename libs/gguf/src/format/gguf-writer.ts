import { createHash, randomUUID, type Hash } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { WeirError } from '@weir/errors';
import { encodeString } from './encode-value.js';
import { GgufMetadata } from './gguf-metadata.js';
import { DEFAULT_ALIGNMENT } from './limits.js';
import { rowBytes, TENSOR_TYPES, type TensorType } from './tensor-types.js';

export interface TensorPlan {
  readonly name: string;
  readonly type: TensorType;
  /** Fastest first: columns, rows, … */
  readonly dimensions: readonly number[];
}

export interface WrittenFile {
  /** Digest of the whole file, hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

const MAGIC = 'GGUF';
const VERSION = 3;

/**
 * Writes a GGUF file of version 3 from front to back: the plan first, then the data of each tensor in the plan's order. The
 * file appears under its name when `finish` ends, and not at all otherwise. Dispose it.
 */
export class GgufWriter implements AsyncDisposable {
  private readonly hash: Hash = createHash('sha256');
  private readonly sizes: readonly number[];
  private position = 0;
  private tensor = 0;
  private writtenOfTensor = 0;
  private closed = false;
  private finished = false;

  private constructor(
    private readonly file: FileHandle,
    private readonly temporaryPath: string,
    private readonly path: string,
    private readonly plan: readonly TensorPlan[],
    private readonly alignment: number,
  ) {
    this.sizes = plan.map(tensorBytes);
  }

  /** @throws WeirError invalid_request when the file cannot be made there or a tensor's rows do not fit its type */
  static async create(
    path: string,
    { metadata, tensors }: { metadata: GgufMetadata; tensors: readonly TensorPlan[] },
  ): Promise<GgufWriter> {
    const alignment = metadata.number('general.alignment') ?? DEFAULT_ALIGNMENT;
    const header = encodeHeader(metadata, tensors, alignment);
    const temporaryPath = `${path}.${randomUUID()}.part`;
    const writer = new GgufWriter(await createFile(temporaryPath, path), temporaryPath, path, tensors, alignment);
    try {
      await writer.append(header);
      return writer;
    } catch (error) {
      await writer[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The next bytes of the current tensor; the next tensor begins when it is whole. */
  async write(bytes: Uint8Array): Promise<void> {
    const size = this.sizes[this.tensor] ?? 0;
    if (this.writtenOfTensor + bytes.length > size) {
      throw new WeirError('internal', `More than the planned ${size} bytes came for tensor ${this.tensor}.`);
    }
    await this.append(bytes);
    this.writtenOfTensor += bytes.length;
    if (this.writtenOfTensor < size) return;
    await this.append(new Uint8Array(padding(this.position, this.alignment)));
    this.tensor += 1;
    this.writtenOfTensor = 0;
  }

  /** Makes the file durable and gives it its name. @throws WeirError internal when data is missing */
  async finish(): Promise<WrittenFile> {
    if (this.tensor !== this.plan.length) {
      throw new WeirError('internal', `The data of ${this.plan[this.tensor]?.name} is not complete.`);
    }
    await this.file.sync();
    await this.close();
    await rename(this.temporaryPath, this.path);
    this.finished = true;
    return { sha256: this.hash.digest('hex'), bytes: this.position };
  }

  /** Leaves nothing behind when the file was not finished. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.finished) return;
    await this.close();
    await rm(this.temporaryPath, { force: true });
  }

  private async close(): Promise<void> {
    if (!this.closed) await this.file.close();
    this.closed = true;
  }

  private async append(bytes: Uint8Array): Promise<void> {
    this.hash.update(bytes);
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.file.write(bytes, done, bytes.length - done, this.position + done);
      done += bytesWritten;
    }
    this.position += bytes.length;
  }
}

/** Bytes of a tensor's data. @throws WeirError invalid_request when its rows are no whole number of blocks */
export function tensorBytes({ type, dimensions }: TensorPlan): number {
  const [columns = 0, ...others] = dimensions;
  return others.reduce((product, dimension) => product * dimension, rowBytes(type, columns));
}

function encodeHeader(metadata: GgufMetadata, tensors: readonly TensorPlan[], alignment: number): Uint8Array {
  const parts: Uint8Array[] = [Buffer.from(MAGIC), u32(VERSION), u64(tensors.length), u64(metadata.size)];
  for (const key of metadata.keys()) parts.push(encodeString(key), metadata.encoded(key) ?? new Uint8Array());
  let offset = 0;
  for (const tensor of tensors) {
    const { name, type, dimensions } = tensor;
    parts.push(encodeString(name), u32(dimensions.length), ...dimensions.map(u64));
    parts.push(u32(TENSOR_TYPES[type].id), u64(offset));
    const bytes = tensorBytes(tensor);
    offset += bytes + padding(bytes, alignment);
  }
  const header = Buffer.concat(parts);
  return Buffer.concat([header, new Uint8Array(padding(header.length, alignment))]);
}

function padding(position: number, alignment: number): number {
  return (alignment - (position % alignment)) % alignment;
}

function u32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

async function createFile(temporaryPath: string, path: string): Promise<FileHandle> {
  try {
    return await open(temporaryPath, 'wx');
  } catch (cause) {
    throw new WeirError('invalid_request', `${path} cannot be written.`, { cause });
  }
}
