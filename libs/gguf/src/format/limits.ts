/** What a reader takes at most, far above any real model: a file cannot make it allocate more. */
export const LIMITS = {
  metadataKeys: 65_536,
  tensors: 262_144,
  keyBytes: 65_535,
  tensorNameBytes: 1_024,
  stringBytes: 64 * 1024 * 1024,
  arrayLength: 16_777_216,
  headerBytes: 256 * 1024 * 1024,
  dimensions: 4,
} as const;

/** Alignment of tensor data where the file does not say. */
export const DEFAULT_ALIGNMENT = 32;
