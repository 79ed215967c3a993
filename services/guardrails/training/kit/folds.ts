import { groupHashes, nearDuplicateGroups } from './groups.js';

/** Which part of the data a text belongs to. A whole near-duplicate group is in one part. */
export interface Split {
  readonly groups: Int32Array;
  /** Never trained on: a fifth of the groups, by stable hash. */
  readonly heldOut: readonly boolean[];
  /** 0 to `folds` - 1 for the others. */
  readonly fold: Int32Array;
}

/** `keys`: what decides that two texts are near-duplicates; usually the texts themselves. */
export function splitOf(keys: readonly string[], folds: number): Split {
  const groups = nearDuplicateGroups(keys);
  const hashes = groupHashes(keys, groups);
  return {
    groups,
    heldOut: keys.map((_, index) => hashes.get(groups[index]!)! % 5 === 0),
    fold: Int32Array.from(keys, (_, index) => Math.floor(hashes.get(groups[index]!)! / 5) % folds),
  };
}
