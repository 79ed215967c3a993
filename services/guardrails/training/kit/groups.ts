import { normalised, stableHash } from './stable-hash.js';

const SIMILAR = 0.3;
const MAX_SHARERS = 400;

/**
 * The near-duplicate group of each text: two texts are in one group when the Jaccard similarity of their word triples is
 * 0.3 or more, or when nearly all triples of one stand in the other; groups are closed under that.
 */
export function nearDuplicateGroups(texts: readonly string[]): Int32Array {
  const shingles = texts.map(tripleHashes);
  const sharers = new Map<number, number[]>();
  shingles.forEach((set, text) => {
    for (const shingle of set) {
      const list = sharers.get(shingle);
      if (list) list.push(text);
      else sharers.set(shingle, [text]);
    }
  });
  const parents = Int32Array.from(texts, (_, index) => index);
  shingles.forEach((set, text) => {
    for (const [other, shared] of sharedWithEarlier(set, text, sharers)) {
      const smaller = Math.min(set.size, shingles[other]!.size);
      const jaccard = shared / (set.size + shingles[other]!.size - shared);
      if (jaccard >= SIMILAR || shared >= 0.8 * smaller) parents[root(parents, text)] = root(parents, other);
    }
  });
  return parents.map((_, index) => root(parents, index));
}

/** Per group, a number that does not depend on the order of its texts. */
export function groupHashes(texts: readonly string[], groups: Int32Array): Map<number, number> {
  const hashes = new Map<number, number>();
  texts.forEach((text, index) => {
    const group = groups[index]!;
    hashes.set(group, Math.min(hashes.get(group) ?? Number.MAX_SAFE_INTEGER, stableHash(text)));
  });
  return hashes;
}

function sharedWithEarlier(set: Set<number>, text: number, sharers: Map<number, number[]>): Map<number, number> {
  const shared = new Map<number, number>();
  for (const shingle of set) {
    const list = sharers.get(shingle)!;
    if (list.length > MAX_SHARERS) continue;
    for (const other of list) if (other < text) shared.set(other, (shared.get(other) ?? 0) + 1);
  }
  return shared;
}

function root(parents: Int32Array, index: number): number {
  let at = index;
  while (parents[at] !== at) {
    parents[at] = parents[parents[at]!]!;
    at = parents[at]!;
  }
  return at;
}

function tripleHashes(text: string): Set<number> {
  const words = normalised(text).match(/[\p{L}\p{N}]+/gu) ?? [];
  const set = new Set<number>();
  for (let index = 0; index < Math.max(1, words.length - 2); index++) {
    set.add(wordsHash(words.slice(index, index + 3).join(' ')));
  }
  return set;
}

function wordsHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}
