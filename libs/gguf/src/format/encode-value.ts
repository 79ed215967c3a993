import { WeirError } from '@weir/errors';
import {
  FIXED_BYTES,
  VALUE_TYPES,
  type GgufScalar,
  type GgufScalarType,
  type GgufValue,
  type GgufValueType,
} from './gguf-values.js';

/** The type id and the value, as they stand in a file. @throws WeirError invalid_request for a value out of its range */
export function encodeValue(value: GgufValue): Uint8Array {
  if (value.type !== 'array') return Buffer.concat([typeId(value.type), scalar(value.type, value.value)]);
  const elements = value.value.map((element) => scalar(value.element, element));
  return Buffer.concat([typeId('array'), typeId(value.element), length(elements.length), ...elements]);
}

/** Length and UTF-8 bytes. */
export function encodeString(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([length(bytes.length), bytes]);
}

function typeId(type: GgufValueType): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(VALUE_TYPES.indexOf(type));
  return bytes;
}

function length(count: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(count));
  return bytes;
}

function scalar(type: GgufScalarType, value: GgufScalar): Uint8Array {
  if (type === 'string') return encodeString(String(value));
  const bytes = Buffer.alloc(FIXED_BYTES[type]);
  try {
    write(bytes, type, value);
  } catch (cause) {
    throw new WeirError('invalid_request', `${String(value)} is no value of the GGUF type ${type}.`, { cause });
  }
  return bytes;
}

function write(bytes: Buffer, type: Exclude<GgufScalarType, 'string'>, value: GgufScalar): void {
  switch (type) {
    case 'u64':
      bytes.writeBigUInt64LE(BigInt(value));
      return;
    case 'i64':
      bytes.writeBigInt64LE(BigInt(value));
      return;
    case 'f32':
      bytes.writeFloatLE(Number(value));
      return;
    case 'f64':
      bytes.writeDoubleLE(Number(value));
      return;
    case 'bool':
      bytes.writeUInt8(value ? 1 : 0);
      return;
    default:
      if (type.startsWith('u')) bytes.writeUIntLE(Number(value), 0, bytes.length);
      else bytes.writeIntLE(Number(value), 0, bytes.length);
  }
}
