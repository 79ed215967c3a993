import { ByteCursor } from './byte-cursor.js';
import { encodeValue } from './encode-value.js';
import type { GgufScalar, GgufScalarType, GgufValue, GgufValueType } from './gguf-values.js';
import { LIMITS } from './limits.js';

/**
 * The key-value pairs of a GGUF file, in file order. Values stay as the file's bytes until they are asked for, so that a
 * copy of a file repeats them exactly and a vocabulary of 100,000 strings costs nothing.
 */
export class GgufMetadata {
  /** Key to its type id and value, encoded. */
  private readonly entries = new Map<string, Uint8Array>();

  static of(values: Readonly<Record<string, GgufValue>>): GgufMetadata {
    const metadata = new GgufMetadata();
    for (const [key, value] of Object.entries(values)) metadata.set(key, value);
    return metadata;
  }

  get size(): number {
    return this.entries.size;
  }

  keys(): IterableIterator<string> {
    return this.entries.keys();
  }

  has(key: string): boolean {
    return this.entries.has(key);
  }

  /** The value's type id and bytes as they stand in a file. */
  encoded(key: string): Uint8Array | undefined {
    return this.entries.get(key);
  }

  setEncoded(key: string, bytes: Uint8Array): void {
    this.entries.set(key, bytes);
  }

  /** Puts a value at the end, in place of an older one with this key. */
  set(key: string, value: GgufValue): void {
    this.entries.delete(key);
    this.entries.set(key, encodeValue(value));
  }

  delete(key: string): void {
    this.entries.delete(key);
  }

  typeOf(key: string): GgufValueType | undefined {
    const bytes = this.entries.get(key);
    return bytes && new ByteCursor(bytes).valueType(key);
  }

  get(key: string): GgufValue | undefined {
    const bytes = this.entries.get(key);
    if (!bytes) return undefined;
    const cursor = new ByteCursor(bytes);
    const type = cursor.valueType(key);
    if (type !== 'array') return { type, value: cursor.scalar(type, LIMITS.stringBytes) };
    const element = cursor.valueType(key) as GgufScalarType;
    const length = cursor.count(LIMITS.arrayLength, key);
    const value: GgufScalar[] = [];
    for (let i = 0; i < length; i += 1) value.push(cursor.scalar(element, LIMITS.stringBytes));
    return { type, element, value };
  }

  /** A number of any width; undefined when the key is absent or holds something else. */
  number(key: string): number | undefined {
    const value = this.get(key)?.value;
    return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
  }

  string(key: string): string | undefined {
    const value = this.get(key)?.value;
    return typeof value === 'string' ? value : undefined;
  }

  copy(): GgufMetadata {
    const copy = new GgufMetadata();
    for (const [key, bytes] of this.entries) copy.setEncoded(key, bytes);
    return copy;
  }
}
