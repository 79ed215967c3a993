import { isQuantized } from '../blocks/codec.js';
import type { GgufHeader } from '../format/gguf-header.js';
import type { GgufMetadata } from '../format/gguf-metadata.js';
import { fileTypeName, QUANTIZATION_TYPES, type QuantizationName } from './quantization-types.js';

/** Keys that tell a quantized file by its own header, and what it was made from. */
export const LINEAGE_KEYS = {
  parentSha256: 'weir.lineage.parent_sha256',
  parentType: 'weir.lineage.parent_type',
  tool: 'weir.lineage.tool',
} as const;

/** Name and version of this quantizer. */
export const QUANTIZER = 'weir-quantize 1';

const QUANTIZATION_VERSION = 2;
const SPLIT_KEYS = ['split.no', 'split.count', 'split.tensors.count'];

export interface FileLineage {
  readonly parentSha256: string;
  readonly parentType: string;
  readonly tool: string;
}

/** What the header of a file says about its making; undefined for files that this quantizer did not make. */
export function lineageOf(metadata: GgufMetadata): FileLineage | undefined {
  const [parentSha256, parentType, tool] = Object.values(LINEAGE_KEYS).map((key) => metadata.string(key));
  return parentSha256 && parentType && tool ? { parentSha256, parentType, tool } : undefined;
}

/** Type of a file's weights: what its header says, or else the type of most of its weights. */
export function parentTypeOf({ metadata, tensors }: GgufHeader): string {
  const named = fileTypeName(metadata.number('general.file_type') ?? -1);
  if (named) return named;
  const bytes = new Map<string, number>();
  for (const tensor of tensors) bytes.set(tensor.type, (bytes.get(tensor.type) ?? 0) + tensor.bytes);
  return [...bytes].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 'F32';
}

/**
 * The input's keys in their order, then type and lineage. Files in F32, F16 and BF16 get no lineage of their own but keep
 * the one they have: what quantizing lost does not come back.
 */
export function outputMetadata(
  input: GgufMetadata,
  { type, parentSha256, parentType }: { type: QuantizationName; parentSha256: string; parentType: string },
): GgufMetadata {
  const { fileType, tensor } = QUANTIZATION_TYPES[type];
  const metadata = input.copy();
  metadata.set('general.quantization_version', { type: 'u32', value: QUANTIZATION_VERSION });
  metadata.set('general.file_type', { type: 'u32', value: fileType });
  for (const key of SPLIT_KEYS) metadata.delete(key);
  if (!isQuantized(tensor)) return metadata;
  metadata.set(LINEAGE_KEYS.parentSha256, { type: 'string', value: parentSha256 });
  metadata.set(LINEAGE_KEYS.parentType, { type: 'string', value: parentType });
  metadata.set(LINEAGE_KEYS.tool, { type: 'string', value: QUANTIZER });
  return metadata;
}
