import { describe, expect, it } from 'vitest';
import type { GgufHeader } from '../format/gguf-header.js';
import { GgufMetadata } from '../format/gguf-metadata.js';
import type { GgufValue } from '../format/gguf-values.js';
import { LINEAGE_KEYS, lineageOf, outputMetadata, parentTypeOf } from './lineage.js';

const text = (value: string): GgufValue => ({ type: 'string', value });
const made = { parentSha256: 'p'.repeat(64), parentType: 'F16' };

function header(
  values: Record<string, GgufValue>,
  types: [GgufHeader['tensors'][number]['type'], number][],
): GgufHeader {
  const tensors = types.map(([type, bytes], i) => ({ name: `t${i}`, type, dimensions: [32], offset: 0, bytes }));
  return { version: 3, metadata: GgufMetadata.of(values), tensors, alignment: 32, dataOffset: 0 };
}

describe('lineage', () => {
  it('names the parent type as its header does, or after most of its bytes', () => {
    expect(parentTypeOf(header({ 'general.file_type': { type: 'u32', value: 3 } }, [['F32', 9]]))).toBe('Q4_1');
    const mixed = header({ 'general.file_type': { type: 'u32', value: 999 } }, [
      ['F32', 5],
      ['Q5_K', 9],
      ['F32', 5],
    ]);
    expect(parentTypeOf(mixed)).toBe('F32');
    expect(parentTypeOf(header({}, []))).toBe('F32');
  });

  it('is whole or absent', () => {
    const metadata = outputMetadata(new GgufMetadata(), { type: 'Q8_0', ...made });
    expect(lineageOf(metadata)).toMatchObject(made);
    metadata.delete(LINEAGE_KEYS.tool);
    expect(lineageOf(metadata)).toBeUndefined();
  });

  it('replaces the lineage of the parent, drops what told of parts, and leaves the input alone', () => {
    const input = GgufMetadata.of({
      'split.no': { type: 'u16', value: 0 },
      'split.count': { type: 'u16', value: 1 },
      [LINEAGE_KEYS.parentSha256]: text('older'),
      'general.name': text('n'),
    });
    const output = outputMetadata(input, { type: 'Q4_0', ...made });
    expect(output.string(LINEAGE_KEYS.parentSha256)).toBe(made.parentSha256);
    expect([output.has('split.no'), output.has('split.count'), output.string('general.name')]).toEqual([
      false,
      false,
      'n',
    ]);
    expect(input.string(LINEAGE_KEYS.parentSha256)).toBe('older');
  });

  it('gives files that lose nothing none of their own', () => {
    expect(lineageOf(outputMetadata(new GgufMetadata(), { type: 'BF16', ...made }))).toBeUndefined();
  });
});
