/** Value types of GGUF metadata; their position is their id in the file. */
export const VALUE_TYPES = [
  'u8',
  'i8',
  'u16',
  'i16',
  'u32',
  'i32',
  'f32',
  'bool',
  'string',
  'array',
  'u64',
  'i64',
  'f64',
] as const;

export type GgufValueType = (typeof VALUE_TYPES)[number];
export type GgufScalarType = Exclude<GgufValueType, 'array'>;
/** 64-bit integers are bigint; text that is no UTF-8 reads with U+FFFD in it. */
export type GgufScalar = number | bigint | boolean | string;

export interface GgufArray {
  readonly type: 'array';
  readonly element: GgufScalarType;
  readonly value: readonly GgufScalar[];
}

export type GgufValue = { readonly type: GgufScalarType; readonly value: GgufScalar } | GgufArray;

/** Bytes of a value of fixed size; 0 for strings and arrays. */
export const FIXED_BYTES: Readonly<Record<GgufValueType, number>> = {
  u8: 1,
  i8: 1,
  u16: 2,
  i16: 2,
  u32: 4,
  i32: 4,
  f32: 4,
  bool: 1,
  string: 0,
  array: 0,
  u64: 8,
  i64: 8,
  f64: 8,
};
