/** Writes Kafka's primitive types into one buffer that grows. */
export class ByteWriter {
  #buffer: Buffer;
  #at = 0;

  constructor(expectedBytes: number) {
    this.#buffer = Buffer.allocUnsafe(expectedBytes);
  }

  /** What was written; a view, valid until the next write. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }

  get length(): number {
    return this.#at;
  }

  int8(value: number): this {
    this.#reserve(1);
    this.#at = this.#buffer.writeInt8(value, this.#at);
    return this;
  }

  int16(value: number): this {
    this.#reserve(2);
    this.#at = this.#buffer.writeInt16BE(value, this.#at);
    return this;
  }

  int32(value: number): this {
    this.#reserve(4);
    this.#at = this.#buffer.writeInt32BE(value, this.#at);
    return this;
  }

  /** A whole number of at most 53 bits. */
  int64(value: number): this {
    this.#reserve(8);
    this.#at = this.#buffer.writeInt32BE(Math.floor(value / 2 ** 32), this.#at);
    this.#at = this.#buffer.writeUInt32BE(value >>> 0, this.#at);
    return this;
  }

  /** Zigzag varint of at most 32 bits. */
  varint(value: number): this {
    this.#reserve(5);
    let rest = ((value << 1) ^ (value >> 31)) >>> 0;
    while (rest > 0x7f) {
      this.#buffer[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#buffer[this.#at++] = rest;
    return this;
  }

  /** Text with its length as int16. */
  string(text: string): this {
    this.int16(Buffer.byteLength(text));
    return this.#raw(text);
  }

  /** Bytes, or text in UTF-8, with their length as varint; null is length -1. */
  varBytes(value: string | Buffer | null): this {
    if (value === null) return this.varint(-1);
    this.varint(Buffer.byteLength(value));
    return this.#raw(value);
  }

  /** Leaves room for an int32 and returns where it is. */
  gap32(): number {
    this.int32(0);
    return this.#at - 4;
  }

  patchInt32(at: number, value: number): void {
    this.#buffer.writeInt32BE(value | 0, at);
  }

  #raw(value: string | Buffer): this {
    if (typeof value === 'string') {
      this.#reserve(value.length * 3);
      this.#at += this.#buffer.write(value, this.#at);
      return this;
    }
    this.#reserve(value.length);
    this.#at += value.copy(this.#buffer, this.#at);
    return this;
  }

  #reserve(bytes: number): void {
    const needed = this.#at + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}

/** Bytes that `varint` takes. */
export function varintSize(value: number): number {
  const zigzag = ((value << 1) ^ (value >> 31)) >>> 0;
  return zigzag < 0x80 ? 1 : zigzag < 0x4000 ? 2 : zigzag < 0x200000 ? 3 : zigzag < 0x10000000 ? 4 : 5;
}

/** Bytes that `varBytes` takes. */
export function varBytesSize(value: string | Buffer | null): number {
  if (value === null) return 1;
  const bytes = Buffer.byteLength(value);
  return varintSize(bytes) + bytes;
}
