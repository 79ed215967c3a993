import { ByteCursor, invalidAt } from './byte-cursor.js';
import { GgufMetadata } from './gguf-metadata.js';
import { FIXED_BYTES } from './gguf-values.js';
import { DEFAULT_ALIGNMENT, LIMITS } from './limits.js';
import { TENSOR_TYPES, tensorTypeOf, type TensorType } from './tensor-types.js';

export interface GgufTensor {
  readonly name: string;
  readonly type: TensorType;
  /** Fastest first: columns, rows, … */
  readonly dimensions: readonly number[];
  /** Where its data starts, in bytes from the start of the file. */
  readonly offset: number;
  /** Length of its data. */
  readonly bytes: number;
}

export interface GgufHeader {
  /** 2 or 3. */
  readonly version: number;
  readonly metadata: GgufMetadata;
  readonly tensors: readonly GgufTensor[];
  /** Tensor data starts at multiples of it. */
  readonly alignment: number;
  /** Where tensor data starts, in bytes from the start of the file. */
  readonly dataOffset: number;
}

const MAGIC = 0x46554747;
const BIG_ENDIAN_VERSION = 0x03000000;

/**
 * Reads header, metadata and tensor infos from the first bytes of a file.
 * @param fileBytes length of the whole file: tensors that end behind it are refused
 * @throws OutOfBytes when `bytes` ends before the header does
 * @throws WeirError invalid_request that names the offset
 */
export function parseHeader(bytes: Uint8Array, fileBytes: number): GgufHeader {
  const cursor = new ByteCursor(bytes);
  if (cursor.u32() !== MAGIC) throw invalidAt(0, 'the magic bytes GGUF are missing');
  const version = cursor.u32();
  if (version === BIG_ENDIAN_VERSION) throw invalidAt(4, 'the version is in big-endian order, which is not supported');
  if (version !== 2 && version !== 3) throw invalidAt(4, `the version is ${version}, and 2 and 3 are supported`);
  const tensorCount = cursor.count(LIMITS.tensors, 'the number of tensors');
  const keyCount = cursor.count(LIMITS.metadataKeys, 'the number of metadata keys');
  const metadata = readMetadata(cursor, bytes, keyCount);
  const alignment = readAlignment(metadata, cursor.offset);
  const infos = readTensorInfos(cursor, tensorCount);
  const dataOffset = Math.ceil(cursor.offset / alignment) * alignment;
  const tensors = infos.map((info) => place(info, { dataOffset, alignment, fileBytes }));
  return { version, metadata, tensors, alignment, dataOffset };
}

function readMetadata(cursor: ByteCursor, bytes: Uint8Array, count: number): GgufMetadata {
  const metadata = new GgufMetadata();
  for (let i = 0; i < count; i += 1) {
    const at = cursor.offset;
    const key = cursor.string(LIMITS.keyBytes, 'a metadata key');
    if (metadata.has(key)) throw invalidAt(at, `the metadata key ${key} stands a second time`);
    const start = cursor.offset;
    skipValue(cursor, key);
    metadata.setEncoded(key, bytes.subarray(start, cursor.offset));
  }
  return metadata;
}

function skipValue(cursor: ByteCursor, key: string): void {
  const type = cursor.valueType(key);
  if (type !== 'array') {
    if (type === 'string') cursor.skip(cursor.count(LIMITS.stringBytes, `the length of ${key}`));
    else cursor.skip(FIXED_BYTES[type]);
    return;
  }
  const at = cursor.offset;
  const element = cursor.valueType(key);
  if (element === 'array') throw invalidAt(at, `${key} is an array of arrays, which is not supported`);
  const length = cursor.count(LIMITS.arrayLength, `the length of ${key}`);
  if (element !== 'string') {
    cursor.skip(length * FIXED_BYTES[element]);
    return;
  }
  for (let i = 0; i < length; i += 1) cursor.skip(cursor.count(LIMITS.stringBytes, `the length of ${key}[${i}]`));
}

function readAlignment(metadata: GgufMetadata, offset: number): number {
  if (!metadata.has('general.alignment')) return DEFAULT_ALIGNMENT;
  const alignment = metadata.number('general.alignment') ?? 0;
  const isPowerOfTwo = alignment >= 1 && alignment <= 65_536 && Number.isInteger(Math.log2(alignment));
  if (isPowerOfTwo) return alignment;
  throw invalidAt(offset, `general.alignment is ${alignment}, and no power of two up to 65536`);
}

interface TensorInfo {
  readonly at: number;
  readonly name: string;
  readonly type: TensorType;
  readonly dimensions: readonly number[];
  readonly relativeOffset: number;
}

function readTensorInfos(cursor: ByteCursor, count: number): TensorInfo[] {
  const infos: TensorInfo[] = [];
  const names = new Set<string>();
  for (let i = 0; i < count; i += 1) {
    const info = readTensorInfo(cursor);
    if (names.has(info.name)) throw invalidAt(info.at, `the tensor ${info.name} stands a second time`);
    names.add(info.name);
    infos.push(info);
  }
  return infos;
}

function readTensorInfo(cursor: ByteCursor): TensorInfo {
  const at = cursor.offset;
  const name = cursor.string(LIMITS.tensorNameBytes, 'a tensor name');
  const rank = cursor.u32();
  if (rank < 1 || rank > LIMITS.dimensions) throw invalidAt(at, `the tensor ${name} has ${rank} dimensions`);
  const dimensions = Array.from({ length: rank }, () =>
    cursor.count(Number.MAX_SAFE_INTEGER, `a dimension of ${name}`),
  );
  const id = cursor.u32();
  const type = tensorTypeOf(id);
  if (!type) throw invalidAt(at, `the tensor ${name} has the unknown type ${id}`);
  const relativeOffset = cursor.count(Number.MAX_SAFE_INTEGER, `the offset of ${name}`);
  return { at, name, type, dimensions, relativeOffset };
}

function place(
  { at, name, type, dimensions, relativeOffset }: TensorInfo,
  { dataOffset, alignment, fileBytes }: { dataOffset: number; alignment: number; fileBytes: number },
): GgufTensor {
  const { weights, bytes: blockBytes } = TENSOR_TYPES[type];
  const [columns = 0] = dimensions;
  if (dimensions.some((dimension) => dimension === 0)) throw invalidAt(at, `the tensor ${name} is empty`);
  if (columns % weights !== 0) {
    throw invalidAt(at, `the tensor ${name} has rows of ${columns} weights, no multiple of ${weights} (${type})`);
  }
  const bytes = (dimensions.reduce((product, dimension) => product * dimension, 1) / weights) * blockBytes;
  if (relativeOffset % alignment !== 0) throw invalidAt(at, `the offset of ${name} is no multiple of ${alignment}`);
  const offset = dataOffset + relativeOffset;
  if (offset + bytes > fileBytes) {
    throw invalidAt(at, `the data of ${name} would end at byte ${offset + bytes}, and the file at ${fileBytes}`);
  }
  return { name, type, dimensions, offset, bytes };
}
