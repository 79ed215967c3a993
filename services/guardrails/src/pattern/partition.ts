import type { CharSet } from './char-set.js';

const UNITS = 0x10000;

/** All code units in as few parts as a list of sets tells apart. */
export interface Partition {
  /** Part by code unit. */
  readonly partOf: Uint16Array;
  readonly parts: number;
  /** By set, by part: whether the set holds the part. */
  readonly holds: readonly Uint8Array[];
}

export function partition(sets: readonly CharSet[]): Partition {
  const cuts = new Set([0]);
  for (const { ranges } of sets) for (let at = 0; at < ranges.length; at++) cuts.add(ranges[at]! + (at % 2));
  cuts.delete(UNITS);
  const starts = [...cuts].sort((one, other) => one - other);
  const members = sets.map((set) => membersOf(set, starts));
  let partOf: number[] = starts.map(() => 0);
  for (const member of members) {
    const ids = new Map<number, number>();
    partOf = partOf.map((part, interval) => {
      const key = part * 2 + member[interval]!;
      const id = ids.get(key) ?? ids.size;
      ids.set(key, id);
      return id;
    });
  }
  const parts = Math.max(...partOf) + 1;
  const units = new Uint16Array(UNITS);
  starts.forEach((from, interval) => units.fill(partOf[interval]!, from, starts[interval + 1] ?? UNITS));
  const holds = members.map((member) => {
    const bits = new Uint8Array(parts);
    member.forEach((held, interval) => (bits[partOf[interval]!]! |= held));
    return bits;
  });
  return { partOf: units, parts, holds };
}

/** For each interval between two cuts: 1 when the set holds it. */
function membersOf(set: CharSet, starts: readonly number[]): Uint8Array {
  const member = new Uint8Array(starts.length);
  let at = 0;
  starts.forEach((start, interval) => {
    while (at < set.ranges.length && set.ranges[at + 1]! < start) at += 2;
    if (at < set.ranges.length && set.ranges[at]! <= start) member[interval] = 1;
  });
  return member;
}
