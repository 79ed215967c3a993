import { WeirError } from '@weir/errors';
import type { CodecType } from '../blocks/codec.js';

interface QuantizationType {
  /** `general.file_type` of such a file. */
  readonly fileType: number;
  /** Type of its tensors where no rule of the mixture says otherwise. */
  readonly tensor: CodecType;
}

/** What a file can be quantized to, by the names that llama.cpp's tools use. */
export const QUANTIZATION_TYPES = {
  F32: { fileType: 0, tensor: 'F32' },
  F16: { fileType: 1, tensor: 'F16' },
  BF16: { fileType: 32, tensor: 'BF16' },
  Q8_0: { fileType: 7, tensor: 'Q8_0' },
  Q6_K: { fileType: 18, tensor: 'Q6_K' },
  Q5_0: { fileType: 8, tensor: 'Q5_0' },
  Q4_K_M: { fileType: 15, tensor: 'Q4_K' },
  Q4_0: { fileType: 2, tensor: 'Q4_0' },
} as const satisfies Record<string, QuantizationType>;

export type QuantizationName = keyof typeof QUANTIZATION_TYPES;

export const QUANTIZATION_NAMES = Object.keys(QUANTIZATION_TYPES) as QuantizationName[];

/** @throws WeirError invalid_request for a name that is none */
export function quantizationName(text: string): QuantizationName {
  const found = QUANTIZATION_NAMES.find((name) => name === text.toUpperCase());
  if (found) return found;
  throw new WeirError('invalid_request', `${text} is none of the types ${QUANTIZATION_NAMES.join(', ')}.`);
}

/** Names of `general.file_type` that other tools write and that are no target here. */
const OTHER_FILE_TYPES: Readonly<Record<number, string>> = {
  3: 'Q4_1',
  9: 'Q5_1',
  10: 'Q2_K',
  11: 'Q3_K_S',
  12: 'Q3_K_M',
  13: 'Q3_K_L',
  14: 'Q4_K_S',
  16: 'Q5_K_S',
  17: 'Q5_K_M',
  25: 'IQ4_NL',
  30: 'IQ4_XS',
  38: 'MXFP4',
};

/** Name of a `general.file_type`, if it is known. */
export function fileTypeName(fileType: number): string | undefined {
  return (
    QUANTIZATION_NAMES.find((name) => QUANTIZATION_TYPES[name].fileType === fileType) ?? OTHER_FILE_TYPES[fileType]
  );
}
