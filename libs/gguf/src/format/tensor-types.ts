import { WeirError } from '@weir/errors';

interface TensorTypeLayout {
  readonly id: number;
  /** Weights in one block; a row of a tensor is a whole number of blocks. */
  readonly weights: number;
  /** Bytes of one block. */
  readonly bytes: number;
}

/** Every tensor type whose size is known, by the name that GGUF tools print. Ids are those of the file format. */
export const TENSOR_TYPES = {
  F32: { id: 0, weights: 1, bytes: 4 },
  F16: { id: 1, weights: 1, bytes: 2 },
  Q4_0: { id: 2, weights: 32, bytes: 18 },
  Q4_1: { id: 3, weights: 32, bytes: 20 },
  Q5_0: { id: 6, weights: 32, bytes: 22 },
  Q5_1: { id: 7, weights: 32, bytes: 24 },
  Q8_0: { id: 8, weights: 32, bytes: 34 },
  Q8_1: { id: 9, weights: 32, bytes: 36 },
  Q2_K: { id: 10, weights: 256, bytes: 84 },
  Q3_K: { id: 11, weights: 256, bytes: 110 },
  Q4_K: { id: 12, weights: 256, bytes: 144 },
  Q5_K: { id: 13, weights: 256, bytes: 176 },
  Q6_K: { id: 14, weights: 256, bytes: 210 },
  Q8_K: { id: 15, weights: 256, bytes: 292 },
  IQ2_XXS: { id: 16, weights: 256, bytes: 66 },
  IQ2_XS: { id: 17, weights: 256, bytes: 74 },
  IQ3_XXS: { id: 18, weights: 256, bytes: 98 },
  IQ1_S: { id: 19, weights: 256, bytes: 50 },
  IQ4_NL: { id: 20, weights: 32, bytes: 18 },
  IQ3_S: { id: 21, weights: 256, bytes: 110 },
  IQ2_S: { id: 22, weights: 256, bytes: 82 },
  IQ4_XS: { id: 23, weights: 256, bytes: 136 },
  I8: { id: 24, weights: 1, bytes: 1 },
  I16: { id: 25, weights: 1, bytes: 2 },
  I32: { id: 26, weights: 1, bytes: 4 },
  I64: { id: 27, weights: 1, bytes: 8 },
  F64: { id: 28, weights: 1, bytes: 8 },
  IQ1_M: { id: 29, weights: 256, bytes: 56 },
  BF16: { id: 30, weights: 1, bytes: 2 },
  TQ1_0: { id: 34, weights: 256, bytes: 54 },
  TQ2_0: { id: 35, weights: 256, bytes: 66 },
  MXFP4: { id: 39, weights: 32, bytes: 17 },
  NVFP4: { id: 40, weights: 64, bytes: 36 },
} as const satisfies Record<string, TensorTypeLayout>;

export type TensorType = keyof typeof TENSOR_TYPES;

/** The type with this id of the file format, if it is known. */
export function tensorTypeOf(id: number): TensorType | undefined {
  return (Object.keys(TENSOR_TYPES) as TensorType[]).find((name) => TENSOR_TYPES[name].id === id);
}

/**
 * Bytes that a row of so many weights takes.
 * @throws WeirError invalid_request when the row is no whole number of blocks
 */
export function rowBytes(type: TensorType, columns: number): number {
  const { weights, bytes } = TENSOR_TYPES[type];
  if (columns % weights === 0) return (columns / weights) * bytes;
  throw new WeirError('invalid_request', `Rows of ${columns} weights are no multiple of ${weights}, as ${type} needs.`);
}
