import type { Token } from 'node-llama-cpp';

/** What the choice needs to know of a free slot. */
export interface FreeSlot {
  readonly kept: readonly Token[];
  readonly usedAt: number;
  reusable(tokens: readonly Token[], tenant: string): number;
}

/** Share of its state that a slot must keep to count as the same conversation, and not as one with a like beginning. */
const CONTINUED = 0.8;

/**
 * The slot for these tokens: the one that has most of them, when that is nearly all that it has. Otherwise the loss
 * would be another conversation's, so that the one goes that is worth least: empty, unused for longest, shortest.
 */
export function chooseSlot<S extends FreeSlot>(
  free: readonly S[],
  tokens: readonly Token[],
  tenant: string,
): S | undefined {
  const rated = free.map((slot) => ({ slot, reusable: slot.reusable(tokens, tenant) }));
  const continued = rated.filter(({ slot, reusable }) => reusable > 0 && reusable >= CONTINUED * slot.kept.length);
  if (continued.length > 0) return continued.reduce((a, b) => (b.reusable > a.reusable ? b : a)).slot;
  const [least] = rated.sort(
    (a, b) =>
      Math.min(a.slot.kept.length, 1) - Math.min(b.slot.kept.length, 1) ||
      a.slot.usedAt - b.slot.usedAt ||
      a.slot.kept.length - b.slot.kept.length,
  );
  return least?.slot;
}
