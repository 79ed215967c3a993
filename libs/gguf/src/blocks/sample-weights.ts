/** Blocks of 256 in the sample: bell-shaped ones of several sizes, zeros, one sign only, and values on a grid. */
const KINDS = 8;

/**
 * Weights that meet every branch of the formats, from integer arithmetic only: the same bits on every machine. What other
 * implementations make of them is known by its digest.
 */
export function sampleWeights(blocks: number): Float32Array<ArrayBuffer> {
  let state = 1;
  const uniform = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) / 16_777_216;
  };
  return Float32Array.from({ length: blocks * 256 }, (_, i) => {
    const bell = uniform() + uniform() + uniform() + uniform() - 2;
    return bell * sizeOf(Math.floor(i / 256) % KINDS, bell);
  });
}

function sizeOf(kind: number, bell: number): number {
  if (kind === 4) return 0;
  if (kind === 5) return Math.sign(bell);
  if (kind === 6) return Math.round(bell * 4) / 4;
  return [0.0625, 1, 8, 2 ** -20][kind] ?? 2 ** -12;
}
