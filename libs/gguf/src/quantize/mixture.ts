import { isQuantized, type CodecType } from '../blocks/codec.js';
import type { GgufMetadata } from '../format/gguf-metadata.js';
import { TENSOR_TYPES, type TensorType } from '../format/tensor-types.js';
import { QUANTIZATION_TYPES, type QuantizationName } from './quantization-types.js';

export interface SourceTensor {
  readonly name: string;
  readonly type: TensorType;
  readonly dimensions: readonly number[];
}

export interface TargetTensor<T extends SourceTensor> {
  readonly source: T;
  readonly type: TensorType;
  /** The type that the mixture wanted and the row length refused. */
  readonly wanted?: CodecType;
}

interface Model {
  readonly architecture: string;
  readonly layers: number;
  readonly experts: number;
  readonly sharesValueHeads: boolean;
}

/** Parts of names of small or sensitive tensors that stay as they are. */
const KEPT =
  /_norm\.weight|ffn_gate_inp\.weight|altup|laurel|per_layer_model_proj|ssm_conv1d|shortconv\.conv\.weight|indexer\.[kq]_proj\.weight|time_mix_(first|w[0-2]|v[0-2]|a[0-2]|g[12]|decay_w[12]|lerp_fused)\.weight|attn_rel_b\.weight|\.position_embd|sam\.(pos_embd|neck\.|net_)|\.rel_pos|\.patch_embd|\.patch_merger|^position_embd\.weight$|^token_types\.weight$/;

const NO_WEIGHTS = /^(I(8|16|32|64)|F64)$/;

/** Types whose blocks of 256 do not fit a row, and what takes their place. */
const FALLBACKS: Partial<Record<CodecType, CodecType>> = { Q4_K: 'Q5_0', Q5_K: 'Q5_1', Q6_K: 'Q8_0' };

/**
 * The type of every tensor in a file of this type, in the order in which llama-quantize writes them (by layer, then name): the
 * mixtures are its own, as it chooses them without an importance matrix.
 */
export function chooseTypes<T extends SourceTensor>(
  tensors: readonly T[],
  metadata: GgufMetadata,
  name: QuantizationName,
): TargetTensor<T>[] {
  const sorted = [...tensors].sort((a, b) => layerOf(a.name) - layerOf(b.name) || byBytes(a.name, b.name));
  const mixture = new Mixture(sorted, modelOf(metadata), name);
  const { tensor: plain } = QUANTIZATION_TYPES[name];
  return sorted.map((source) => {
    if (!isConverted(source)) return { source, type: source.type };
    if (!isQuantized(plain)) return { source, type: plain };
    return fitted(source, mixture.typeOf(source));
  });
}

/** Matrices of weights are converted; vectors, norms and small special tensors stay as they are. */
function isConverted({ name, type, dimensions }: SourceTensor): boolean {
  const rank = dimensions.findLastIndex((dimension) => dimension > 1) + 1;
  const isMatrix = rank >= 2 && name.endsWith('weight') && !KEPT.test(name);
  return isMatrix && !NO_WEIGHTS.test(type);
}

function fitted<T extends SourceTensor>(source: T, wanted: CodecType): TargetTensor<T> {
  const columns = source.dimensions[0] ?? 0;
  const fits = (type: CodecType) => columns % TENSOR_TYPES[type].weights === 0;
  if (fits(wanted)) return { source, type: wanted };
  const fallback = FALLBACKS[wanted] ?? wanted;
  return { source, type: fits(fallback) ? fallback : 'F16', wanted };
}

/** Which tensors of a mixture get more bits; the counters run over the tensors in file order. */
class Mixture {
  private readonly valueTensors: number;
  private readonly tiedEmbeddings: boolean;
  private valueTensor = 0;
  private downTensor = 0;

  constructor(
    tensors: readonly SourceTensor[],
    private readonly model: Model,
    private readonly name: QuantizationName,
  ) {
    this.valueTensors = tensors.filter((tensor) => isValue(tensor.name)).length;
    this.tiedEmbeddings = tensors.every((tensor) => tensor.name !== 'output.weight');
  }

  typeOf({ name, dimensions }: SourceTensor): CodecType {
    const plain = QUANTIZATION_TYPES[this.name].tensor;
    const isEmbedding = name === 'token_embd.weight' || name === 'per_layer_token_embd.weight';
    if (name === 'output.weight' || (isEmbedding && this.tiedEmbeddings))
      return this.ofOutput(plain, dimensions[0] ?? 0);
    if (isEmbedding) return plain;
    if (isValue(name)) return this.ofValue(plain);
    if (name.includes('attn_k.weight') && this.model.experts === 8) return 'Q8_0';
    if (name.includes('attn_output.weight')) {
      return this.name === 'Q4_K_M' && this.model.experts === 8 && !this.isFalcon ? 'Q5_K' : plain;
    }
    return name.includes('ffn_down') ? this.ofDown(plain, name) : plain;
  }

  private get isFalcon(): boolean {
    return this.model.architecture === 'falcon';
  }

  private ofOutput(plain: CodecType, columns: number): CodecType {
    if (this.isFalcon || columns % TENSOR_TYPES[plain].weights !== 0 || plain === 'Q8_0') return 'Q8_0';
    return 'Q6_K';
  }

  private ofValue(plain: CodecType): CodecType {
    const tensor = this.valueTensor;
    this.valueTensor += 1;
    if (this.model.experts === 8) return 'Q8_0';
    if (this.name !== 'Q4_K_M') return plain;
    if (needsMoreBits(tensor, this.valueTensors)) return 'Q6_K';
    return this.model.sharesValueHeads ? 'Q5_K' : plain;
  }

  private ofDown(plain: CodecType, name: string): CodecType {
    const { layers, experts } = this.model;
    const layer = experts > 1 ? layerOf(name) : this.downTensor;
    this.downTensor += 1;
    if (this.name !== 'Q4_K_M') return plain;
    if (!this.isFalcon) return needsMoreBits(layer, layers) ? 'Q6_K' : plain;
    if (layer < Math.floor(layers / 16)) return 'Q6_K';
    return needsMoreBits(layer, layers) ? 'Q5_K' : plain;
  }
}

/** The first and the last eighth of the layers, and every third one between. */
function needsMoreBits(layer: number, layers: number): boolean {
  const eighth = Math.floor(layers / 8);
  return layer < eighth || layer >= Math.floor((7 * layers) / 8) || (layer - eighth) % 3 === 2;
}

function isValue(name: string): boolean {
  return /attn_(v|qkv|kv_b)\.weight/.test(name);
}

function modelOf(metadata: GgufMetadata): Model {
  const architecture = metadata.string('general.architecture') ?? '';
  const layers = metadata.number(`${architecture}.block_count`) ?? 0;
  const heads = metadata.number(`${architecture}.attention.head_count`);
  const valueHeads = metadata.number(`${architecture}.attention.head_count_kv`) ?? heads;
  return {
    architecture,
    layers,
    experts: metadata.number(`${architecture}.expert_count`) ?? 0,
    // Models of 80 layers: eight query heads share the values of one, which are small and get more bits.
    sharesValueHeads: layers === 80 && (architecture === 'qwen2' || (architecture === 'llama' && heads !== valueHeads)),
  };
}

/** Layer in the tensor's name; -1 outside of layers. */
export function layerOf(name: string): number {
  return Number(/^blk\.(\d+)\./.exec(name)?.[1] ?? -1);
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
