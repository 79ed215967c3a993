import { WeirError } from '@weir/errors';
import { FIXED_BYTES, VALUE_TYPES, type GgufScalar, type GgufScalarType, type GgufValueType } from './gguf-values.js';

/** The bytes at hand end before the value does: the caller brings more, or the file is truncated. */
export class OutOfBytes extends Error {
  constructor(readonly offset: number) {
    super(`more bytes are needed at offset ${offset}`);
  }
}

const UTF8 = 'utf8';

/** Reads little-endian values from the start of a file and knows where it is. */
export class ByteCursor {
  private readonly view: DataView;
  private readonly text: Buffer;

  constructor(
    private readonly bytes: Uint8Array,
    public offset = 0,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u32(): number {
    return this.view.getUint32(this.advance(4), true);
  }

  /** A 64-bit count or length. @throws WeirError invalid_request when it is above `max` */
  count(max: number, what: string): number {
    const at = this.offset;
    const value = this.view.getBigUint64(this.advance(8), true);
    if (value <= BigInt(max)) return Number(value);
    throw invalidAt(at, `${what} is ${value}, and at most ${max} is taken`);
  }

  string(maxBytes: number, what: string): string {
    const length = this.count(maxBytes, `the length of ${what}`);
    const start = this.advance(length);
    return this.text.toString(UTF8, start, start + length);
  }

  skip(bytes: number): void {
    this.advance(bytes);
  }

  valueType(what: string): GgufValueType {
    const at = this.offset;
    const id = this.u32();
    const type = VALUE_TYPES[id];
    if (type) return type;
    throw invalidAt(at, `${what} has the unknown type ${id}`);
  }

  scalar(type: GgufScalarType, maxStringBytes: number): GgufScalar {
    if (type === 'string') return this.string(maxStringBytes, 'a string');
    const at = this.advance(FIXED_BYTES[type]);
    const { view } = this;
    switch (type) {
      case 'u8':
        return view.getUint8(at);
      case 'i8':
        return view.getInt8(at);
      case 'u16':
        return view.getUint16(at, true);
      case 'i16':
        return view.getInt16(at, true);
      case 'u32':
        return view.getUint32(at, true);
      case 'i32':
        return view.getInt32(at, true);
      case 'f32':
        return view.getFloat32(at, true);
      case 'f64':
        return view.getFloat64(at, true);
      case 'bool':
        return view.getUint8(at) !== 0;
      case 'u64':
        return view.getBigUint64(at, true);
      case 'i64':
        return view.getBigInt64(at, true);
    }
  }

  private advance(bytes: number): number {
    const start = this.offset;
    if (start + bytes > this.bytes.byteLength) throw new OutOfBytes(start);
    this.offset = start + bytes;
    return start;
  }
}

export function invalidAt(offset: number, problem: string): WeirError {
  return new WeirError('invalid_request', `This is no usable GGUF file: at byte ${offset} ${problem}.`, {
    details: { offset },
  });
}
