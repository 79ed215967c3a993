import { GgufMetadata } from '@weir/gguf';
import { describe, expect, it } from 'vitest';
import { modelShape } from './device-placement.js';

const u32 = (value: number) => ({ type: 'u32' as const, value });

describe('the shape of a model', () => {
  it('is told by the header of its file', () => {
    const metadata = GgufMetadata.of({
      'general.architecture': { type: 'string', value: 'llama' },
      'llama.block_count': u32(30),
      'llama.embedding_length': u32(576),
      'llama.attention.head_count': u32(9),
      'llama.attention.head_count_kv': u32(3),
      'llama.vocab_size': u32(49_152),
    });
    const shape = { layers: 30, embeddingLength: 576, heads: 9, kvHeads: 3, vocabulary: 49_152 };
    expect(modelShape(metadata, 7)).toEqual({ weightBytes: 7, ...shape });
  });

  it('has as many key heads as heads where nobody says otherwise, and nothing that nobody tells', () => {
    const metadata = GgufMetadata.of({
      'general.architecture': { type: 'string', value: 'gpt2' },
      'gpt2.attention.head_count': u32(12),
    });
    expect(modelShape(metadata, 7)).toMatchObject({ heads: 12, kvHeads: 12, layers: 0 });
  });
});
