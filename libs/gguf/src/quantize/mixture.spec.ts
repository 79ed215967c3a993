import { describe, expect, it } from 'vitest';
import { GgufMetadata } from '../format/gguf-metadata.js';
import type { GgufValue } from '../format/gguf-values.js';
import { chooseTypes, type SourceTensor } from './mixture.js';

const u32 = (value: number): GgufValue => ({ type: 'u32', value });

interface Shape {
  readonly layers: number;
  readonly columns: number;
  readonly feedForward: number;
  readonly tied?: boolean;
}

function model({ layers, columns, feedForward, tied }: Shape): SourceTensor[] {
  const matrix = (name: string, width: number): SourceTensor => ({ name, type: 'F16', dimensions: [width, 64] });
  const layer = (i: number) => [
    { name: `blk.${i}.attn_norm.weight`, type: 'F32' as const, dimensions: [columns] },
    ...['attn_q', 'attn_k', 'attn_v', 'attn_output', 'ffn_gate', 'ffn_up'].map((name) =>
      matrix(`blk.${i}.${name}.weight`, columns),
    ),
    matrix(`blk.${i}.ffn_down.weight`, feedForward),
  ];
  const output = tied ? [] : [matrix('output.weight', columns)];
  return [
    matrix('token_embd.weight', columns),
    ...output,
    ...Array.from({ length: layers }, (_, i) => layer(i)).flat(),
  ];
}

const llama = (layers: number, more: Record<string, GgufValue> = {}) =>
  GgufMetadata.of({
    'general.architecture': { type: 'string', value: 'llama' },
    'llama.block_count': u32(layers),
    ...more,
  });

function typesOf(tensors: SourceTensor[], metadata: GgufMetadata, name: Parameters<typeof chooseTypes>[2]) {
  const chosen = chooseTypes(tensors, metadata, name);
  const where = (part: string, type: string) =>
    chosen
      .filter((target) => target.source.name.includes(part) && target.type === type)
      .map((target) => Number(/\d+/.exec(target.source.name)?.[0] ?? -1));
  const count = (type: string) => chosen.filter((target) => target.type === type).length;
  const one = (tensor: string) => chosen.find(({ source }) => source.name === tensor);
  return { chosen, where, count, one };
}

describe('Q4_K_M', () => {
  // As llama-quantize reports for SmolLM2-135M: 30 layers, tied embeddings, rows of 576 and 1536 weights.
  const smol = typesOf(model({ layers: 30, columns: 576, feedForward: 1536, tied: true }), llama(30), 'Q4_K_M');
  const RICHER = [0, 1, 2, 5, 8, 11, 14, 17, 20, 23, 26, 27, 28, 29];

  it('gives the same layers more bits as llama-quantize, and falls back where rows do not fit', () => {
    expect(smol.where('ffn_down', 'Q6_K')).toEqual(RICHER);
    expect(smol.where('attn_v', 'Q8_0')).toEqual(RICHER);
    expect(['Q4_K', 'Q5_0', 'Q6_K', 'Q8_0'].map(smol.count)).toEqual([16, 166, 14, 15]);
    expect(smol.one('token_embd.weight')).toMatchObject({ type: 'Q8_0' });
    expect(smol.one('blk.3.attn_v.weight')).toMatchObject({ type: 'Q5_0', wanted: 'Q4_K' });
  });

  it('keeps vectors and norms as they are', () => {
    expect(smol.where('attn_norm', 'F32')).toHaveLength(30);
  });

  it('orders by layer, then by the bytes of the name', () => {
    const names = smol.chosen.map(({ source }) => source.name);
    expect(names.slice(0, 3)).toEqual(['token_embd.weight', 'blk.0.attn_k.weight', 'blk.0.attn_norm.weight']);
    expect(names.indexOf('blk.2.attn_k.weight')).toBeLessThan(names.indexOf('blk.10.attn_k.weight'));
  });

  it('treats untied embeddings plainly and their output richly', () => {
    const { one } = typesOf(model({ layers: 2, columns: 256, feedForward: 512 }), llama(2), 'Q4_K_M');
    expect([one('token_embd.weight')?.type, one('output.weight')?.type]).toEqual(['Q4_K', 'Q6_K']);
  });

  it('has rules of its own for eight experts and for large models with shared values', () => {
    const tensors = model({ layers: 4, columns: 256, feedForward: 256 });
    const mixtral = typesOf(tensors, llama(4, { 'llama.expert_count': u32(8) }), 'Q4_K_M');
    expect(mixtral.where('attn_v', 'Q8_0')).toHaveLength(4);
    expect(mixtral.where('attn_k', 'Q8_0')).toHaveLength(4);
    expect(mixtral.where('attn_output', 'Q5_K')).toHaveLength(4);
    const heads = { 'llama.attention.head_count': u32(64), 'llama.attention.head_count_kv': u32(8) };
    const large = typesOf(model({ layers: 80, columns: 256, feedForward: 256 }), llama(80, heads), 'Q4_K_M');
    expect(large.where('attn_v', 'Q5_K').length + large.where('attn_v', 'Q6_K').length).toBe(80);
  });
});

describe('other types', () => {
  const tensors = model({ layers: 2, columns: 256, feedForward: 512 });

  it.each([
    ['Q8_0', 'Q8_0', 'Q8_0'],
    ['Q6_K', 'Q6_K', 'Q6_K'],
    ['Q5_0', 'Q5_0', 'Q6_K'],
    ['Q4_0', 'Q4_0', 'Q6_K'],
    ['F16', 'F16', 'F16'],
    ['F32', 'F32', 'F32'],
  ] as const)('%s: %s, and %s for the output', (name, plain, output) => {
    const { one } = typesOf(tensors, llama(2), name);
    expect([one('blk.1.ffn_down.weight')?.type, one('output.weight')?.type]).toEqual([plain, output]);
  });

  it('takes F16 where not even blocks of 32 fit, and leaves special tensors alone', () => {
    const odd: SourceTensor[] = [
      { name: 'blk.0.ffn_up.weight', type: 'F32', dimensions: [40, 8] },
      { name: 'blk.0.ffn_gate_inp.weight', type: 'F32', dimensions: [256, 8] },
      { name: 'blk.0.ffn_up.bias', type: 'F32', dimensions: [256, 8] },
      { name: 'flat.weight', type: 'F32', dimensions: [256, 1] },
      { name: 'table.weight', type: 'I32', dimensions: [256, 2] },
    ];
    const types = chooseTypes(odd, llama(1), 'Q6_K').map(({ source, type }) => [source.name, type]);
    expect(Object.fromEntries(types)).toEqual({
      'blk.0.ffn_up.weight': 'F16',
      'blk.0.ffn_gate_inp.weight': 'F32',
      'blk.0.ffn_up.bias': 'F32',
      'flat.weight': 'F32',
      'table.weight': 'I32',
    });
  });
});
