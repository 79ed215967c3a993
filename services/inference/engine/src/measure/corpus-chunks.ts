export interface Chunk {
  /** Tokens to evaluate. */
  readonly tokens: readonly number[];
  /** Index of the first token after which the distributions are compared. */
  readonly from: number;
  /** The token that the text has after each compared one. */
  readonly next: readonly number[];
}

/** Fewer tokens than this say nothing: half of them are context. */
export const LEAST_CHUNK_TOKENS = 16;

/**
 * Cuts a text into chunks as llama-perplexity does: what is left over at the end is dropped, the first half of a chunk is
 * context only, and the first token gives way to the beginning-of-sequence token where the model wants one.
 */
export function chunksOf(
  text: readonly number[],
  limits: { readonly chunkTokens: number; readonly maxPositions: number; readonly bos: number | undefined },
): Chunk[] {
  const size = Math.min(limits.chunkTokens, text.length);
  if (size < LEAST_CHUNK_TOKENS) return [];
  const chunks: Chunk[] = [];
  let left = limits.maxPositions || Number.POSITIVE_INFINITY;
  for (let start = 0; start + size <= text.length && left > 0; start += size) {
    const chunk = chunkOf(text.slice(start, start + size), limits.bos, left);
    left -= chunk.next.length;
    chunks.push(chunk);
  }
  return chunks;
}

function chunkOf(tokens: readonly number[], bos: number | undefined, most: number): Chunk {
  const from = Math.floor(tokens.length / 2);
  const next = tokens.slice(from + 1, from + 1 + most);
  const [first, ...rest] = tokens.slice(0, from + next.length);
  return { tokens: [bos ?? first ?? 0, ...rest], from, next };
}
