export { GgufMetadata } from './format/gguf-metadata.js';
export { type GgufHeader, type GgufTensor } from './format/gguf-header.js';
export { GgufReader, readGgufHeader } from './format/gguf-reader.js';
export {
  type GgufArray,
  type GgufScalar,
  type GgufScalarType,
  type GgufValue,
  type GgufValueType,
} from './format/gguf-values.js';
export { GgufWriter, tensorBytes, type TensorPlan, type WrittenFile } from './format/gguf-writer.js';
export { rowBytes, TENSOR_TYPES, tensorTypeOf, type TensorType } from './format/tensor-types.js';
export { dequantize, isCodecType, isQuantized, quantize, type CodecType } from './blocks/codec.js';
export { lineageOf, LINEAGE_KEYS, QUANTIZER, type FileLineage } from './quantize/lineage.js';
export {
  fileTypeName,
  QUANTIZATION_NAMES,
  QUANTIZATION_TYPES,
  quantizationName,
  type QuantizationName,
} from './quantize/quantization-types.js';
export {
  quantizeFile,
  type QuantizeOptions,
  type QuantizeProgress,
  type QuantizeResult,
} from './quantize/quantize-file.js';
