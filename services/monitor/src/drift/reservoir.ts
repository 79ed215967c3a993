export interface Arrivals {
  /** Requests that the window saw before these. */
  readonly seenBefore: number;
  readonly arrivals: number;
  /** Places of the window. */
  readonly slots: number;
  /** Keep the first requests instead of a uniform choice, as a reference does. */
  readonly keepFirst: boolean;
  readonly random: () => number;
}

/**
 * Which of the arrivals get which place: place → index of the arrival. Each request of a window is kept with the same
 * chance (Vitter's algorithm R); a later arrival may take the place of an earlier one.
 */
export function reservoirSlots({ seenBefore, arrivals, slots, keepFirst, random }: Arrivals): Map<number, number> {
  const kept = new Map<number, number>();
  for (let index = 0; index < arrivals; index++) {
    const seen = seenBefore + index + 1;
    const slot = keepFirst || seen <= slots ? seen - 1 : Math.floor(random() * seen);
    if (slot < slots) kept.set(slot, index);
  }
  return kept;
}
