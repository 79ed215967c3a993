import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseHeader } from './gguf-header.js';
import { GgufMetadata } from './gguf-metadata.js';
import { GgufReader, readGgufHeader } from './gguf-reader.js';
import type { GgufScalarType, GgufValue } from './gguf-values.js';
import { GgufWriter, type TensorPlan } from './gguf-writer.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-gguf-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const TENSORS: TensorPlan[] = [
  { name: 'a.weight', type: 'Q8_0', dimensions: [32, 3] },
  { name: 'b.bias', type: 'F32', dimensions: [5] },
];
const DATA = [new Uint8Array(102).fill(7), new Uint8Array(20).fill(9)];

async function write(name: string, values: Record<string, GgufValue>): Promise<string> {
  const path = join(folder, name);
  await using writer = await GgufWriter.create(path, { metadata: GgufMetadata.of(values), tensors: TENSORS });
  for (const bytes of DATA) await writer.write(bytes);
  await writer.finish();
  return path;
}

const of = <T>(type: GgufScalarType, value: fc.Arbitrary<T>) => value.map((v) => ({ type, value: v }) as GgufValue);
const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const anyValue = fc.oneof(
  of('u8', fc.nat(255)),
  of('i8', fc.integer({ min: -128, max: 127 })),
  of('u16', fc.nat(65_535)),
  of('i16', fc.integer({ min: -32_768, max: 32_767 })),
  of('u32', fc.nat(0xffffffff)),
  of('i32', fc.integer()),
  of('f32', fc.float({ noNaN: true })),
  of('f64', fc.double({ noNaN: true })),
  of('bool', fc.boolean()),
  of('string', text),
  of('u64', fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
  of('i64', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  fc.array(text).map((value): GgufValue => ({ type: 'array', element: 'string', value })),
  fc.array(fc.integer()).map((value): GgufValue => ({ type: 'array', element: 'i32', value })),
);

describe('a written file', () => {
  it('reads back: every kind of value, the tensors and their data', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(text, anyValue, { noNullPrototype: true }), async (values) => {
        await using reader = await GgufReader.open(await write('round.gguf', values));
        const { metadata, tensors, version, alignment } = reader.header;
        expect([version, alignment]).toEqual([3, 32]);
        expect([...metadata.keys()].map((key) => [key, metadata.get(key)])).toEqual(Object.entries(values));
        expect(tensors.map(({ name, type, dimensions }) => ({ name, type, dimensions }))).toEqual(TENSORS);
        for (const [i, tensor] of tensors.entries()) {
          expect(tensor.offset % alignment).toBe(0);
          expect(await reader.read(tensor, 0, tensor.bytes)).toEqual(DATA[i]);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('keeps the alignment that its metadata names', async () => {
    const path = await write('aligned.gguf', { 'general.alignment': { type: 'u32', value: 256 } });
    const { tensors, alignment } = await readGgufHeader(path);
    expect([alignment, ...tensors.map(({ offset }) => offset % 256)]).toEqual([256, 0, 0]);
  });

  it('is not there, nor any part of it, when it was not finished', async () => {
    const before = await readdir(folder);
    const path = join(folder, 'half.gguf');
    {
      await using writer = await GgufWriter.create(path, { metadata: new GgufMetadata(), tensors: TENSORS });
      await writer.write(DATA[0]!);
      await expect(writer.finish()).rejects.toThrow(/b\.bias is not complete/);
      await expect(writer.write(new Uint8Array(21))).rejects.toThrow(/More than the planned 20 bytes/);
    }
    expect(await readdir(folder)).toEqual(before);
  });

  it('refuses a place that cannot be written, rows that fit no block, and values out of range', async () => {
    const metadata = new GgufMetadata();
    await expect(GgufWriter.create(join(folder, 'no', 'x'), { metadata, tensors: [] })).rejects.toThrow(
      /cannot be written/,
    );
    const tensors: TensorPlan[] = [{ name: 'x', type: 'Q4_K', dimensions: [128, 2] }];
    await expect(GgufWriter.create(join(folder, 'x'), { metadata, tensors })).rejects.toThrow(/no multiple of 256/);
    expect(() => metadata.set('k', { type: 'u8', value: 256 })).toThrow(/256 is no value of the GGUF type u8/);
  });
});

describe('what is refused', () => {
  const valid = async () => {
    const text = 'llama'.repeat(10);
    return new Uint8Array(
      await readFile(await write('valid.gguf', { 'general.name': { type: 'string', value: text } })),
    );
  };
  const opened = async (bytes: Uint8Array) => {
    const path = join(folder, 'broken.gguf');
    await writeFile(path, bytes);
    return readGgufHeader(path);
  };
  const patched = async (offset: number, ...values: number[]) => {
    const bytes = await valid();
    bytes.set(values, offset);
    return opened(bytes);
  };

  it.each([
    ['other magic bytes', 0, [0x47, 0x47, 0x4d, 0x4c], /at byte 0 the magic bytes GGUF are missing/],
    ['version 1', 4, [1], /at byte 4 the version is 1/],
    ['big-endian files', 4, [0, 0, 0, 3], /big-endian/],
    ['an absurd number of tensors', 8, [0, 0, 0, 0, 1], /at byte 8 the number of tensors is 4294967298/],
    ['an absurd number of keys', 16, [255, 255, 255, 255], /at byte 16 the number of metadata keys/],
    ['an absurd length of a key', 24, [0, 0, 0, 0, 0, 0, 0, 128], /at byte 24 the length of a metadata key/],
    ['an unknown value type', 44, [99], /at byte 44 general\.name has the unknown type 99/],
    ['an absurd length of a string', 48, [255, 255, 255, 255, 255], /at byte 48 the length of general\.name/],
    ['an unknown tensor type', 142, [200], /the tensor a\.weight has the unknown type 200/],
    ['too many dimensions', 122, [9], /at byte 106 the tensor a\.weight has 9 dimensions/],
    ['rows that fit no block', 126, [31], /rows of 31 weights/],
    ['an empty tensor', 134, [0], /the tensor a\.weight is empty/],
    ['data behind the end of the file', 134, [0, 1], /would end at byte/],
    ['a crooked offset', 146, [1], /the offset of a\.weight is no multiple of 32/],
  ])('%s', async (_what, offset, values, message) => {
    await expect(patched(offset, ...values)).rejects.toMatchObject({ code: 'invalid_request', message });
  });

  it('a file that ends anywhere in its header or its data, never with another error', async () => {
    const bytes = await valid();
    for (let end = 0; end < bytes.length - 12; end += 1) {
      await expect(opened(bytes.subarray(0, end)), `${end}`).rejects.toMatchObject({ code: 'invalid_request' });
    }
  });

  it('any wrong byte with a typed error, or it reads', async () => {
    const bytes = await valid();
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (offset, value) => {
        const changed = bytes.slice();
        changed[offset] = value;
        try {
          expect(parseHeader(changed, changed.length).tensors.length).toBeLessThanOrEqual(2);
        } catch (error) {
          if (!(error instanceof Error && /GGUF file|more bytes are needed/.test(error.message))) throw error;
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('a key that stands twice, and arrays of arrays', async () => {
    const value: GgufValue = { type: 'u8', value: 1 };
    const twice = await readFile(await write('twice.gguf', { aa: value, ab: value }));
    twice.write('aa', twice.indexOf('ab'));
    await expect(opened(twice)).rejects.toThrow(/the metadata key aa stands a second time/);
    const nested = await readFile(await write('nested.gguf', { list: { type: 'array', element: 'u8', value: [1] } }));
    nested[nested.indexOf('list') + 8] = 9;
    await expect(opened(nested)).rejects.toThrow(/array of arrays/);
  });

  it('a path that cannot be read', async () => {
    await expect(GgufReader.open(join(folder, 'none'))).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('GgufMetadata', () => {
  it('puts a value that is set again at the end, and copies without sharing', () => {
    const metadata = GgufMetadata.of({ a: { type: 'u8', value: 1 }, b: { type: 'string', value: 'x' } });
    const copy = metadata.copy();
    copy.set('a', { type: 'u64', value: 5n });
    expect([[...copy.keys()], copy.number('a'), copy.typeOf('a')]).toEqual([['b', 'a'], 5, 'u64']);
    expect([metadata.number('a'), metadata.string('a'), metadata.string('b')]).toEqual([1, undefined, 'x']);
    copy.delete('a');
    expect([copy.has('a'), copy.size]).toEqual([false, 1]);
  });

  it('reads a header larger than the first read', async () => {
    const value = Array.from({ length: 300_000 }, (_, i) => `token ${i}`);
    const path = await write('large.gguf', { tokens: { type: 'array', element: 'string', value } });
    const { metadata } = await readGgufHeader(path);
    expect(metadata.get('tokens')).toMatchObject({
      element: 'string',
      value: expect.arrayContaining(['token 299999']),
    });
  });
});
