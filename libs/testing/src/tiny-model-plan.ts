import { GgufMetadata, type GgufValue, type TensorPlan } from '@weir/gguf';
import { tinyVocabulary } from './tiny-model-vocabulary.js';

export const TINY_SEED = 20_261_123;

/** Shape of the model; columns of 256 so that every quantized type fits. */
export const TINY = {
  layers: 2,
  embedding: 256,
  feedForward: 512,
  heads: 8,
  keyValueHeads: 4,
  headSize: 32,
  contextTokens: 2_048,
} as const;

const CHAT_TEMPLATE =
  "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}" +
  "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

const u32 = (value: number): GgufValue => ({ type: 'u32', value });
const f32 = (value: number): GgufValue => ({ type: 'f32', value });
const text = (value: string): GgufValue => ({ type: 'string', value });
const texts = (value: readonly string[]): GgufValue => ({ type: 'array', element: 'string', value });

export function tinyMetadata(): GgufMetadata {
  const { tokens, types, merges, ids } = tinyVocabulary();
  return GgufMetadata.of({
    'general.architecture': text('llama'),
    'general.name': text('Weir tiny llama'),
    'general.license': text('apache-2.0'),
    'general.file_type': u32(1),
    'general.quantization_version': u32(2),
    'llama.vocab_size': u32(tokens.length),
    'llama.context_length': u32(TINY.contextTokens),
    'llama.embedding_length': u32(TINY.embedding),
    'llama.block_count': u32(TINY.layers),
    'llama.feed_forward_length': u32(TINY.feedForward),
    'llama.rope.dimension_count': u32(TINY.headSize),
    'llama.rope.freq_base': f32(10_000),
    'llama.attention.head_count': u32(TINY.heads),
    'llama.attention.head_count_kv': u32(TINY.keyValueHeads),
    'llama.attention.layer_norm_rms_epsilon': f32(1e-5),
    'tokenizer.ggml.model': text('gpt2'),
    'tokenizer.ggml.pre': text('gpt-2'),
    'tokenizer.ggml.tokens': texts(tokens),
    'tokenizer.ggml.token_type': { type: 'array', element: 'i32', value: types },
    'tokenizer.ggml.merges': texts(merges),
    'tokenizer.ggml.bos_token_id': u32(ids.start),
    'tokenizer.ggml.eos_token_id': u32(ids.end),
    'tokenizer.ggml.padding_token_id': u32(ids.endOfText),
    'tokenizer.ggml.add_bos_token': { type: 'bool', value: false },
    'tokenizer.chat_template': text(CHAT_TEMPLATE),
  });
}

export function tinyTensors(): TensorPlan[] {
  const { embedding, feedForward, heads, keyValueHeads, headSize } = TINY;
  const vocabulary = tinyVocabulary().tokens.length;
  const matrix = (name: string, columns: number, rows: number): TensorPlan => ({
    name: `${name}.weight`,
    type: 'F16',
    dimensions: [columns, rows],
  });
  const norm = (name: string): TensorPlan => ({ name: `${name}.weight`, type: 'F32', dimensions: [embedding] });
  const layers = Array.from({ length: TINY.layers }, (_, layer) => [
    norm(`blk.${layer}.attn_norm`),
    matrix(`blk.${layer}.attn_q`, embedding, heads * headSize),
    matrix(`blk.${layer}.attn_k`, embedding, keyValueHeads * headSize),
    matrix(`blk.${layer}.attn_v`, embedding, keyValueHeads * headSize),
    matrix(`blk.${layer}.attn_output`, heads * headSize, embedding),
    norm(`blk.${layer}.ffn_norm`),
    matrix(`blk.${layer}.ffn_gate`, embedding, feedForward),
    matrix(`blk.${layer}.ffn_up`, embedding, feedForward),
    matrix(`blk.${layer}.ffn_down`, feedForward, embedding),
  ]);
  return [
    matrix('token_embd', embedding, vocabulary),
    ...layers.flat(),
    norm('output_norm'),
    matrix('output', embedding, vocabulary),
  ];
}
