/** A value at its place in a text, in Unicode code points. */
export interface PlacedEntity {
  readonly entity_type: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

/** Spaces between two parts of one value. */
const MAX_GAP = 16;

/** Takes out what an entity of the same kind contains that is at least as sure. By place. */
export function withoutDuplicates<T extends PlacedEntity>(found: readonly T[]): T[] {
  const dropped = new Set<T>();
  const open = new Map<string, T[]>();
  for (const entity of [...found].sort(byStart)) {
    // Only those that reach beyond its beginning can contain it, and they are few.
    const own = (open.get(entity.entity_type) ?? []).filter(({ end }) => end > entity.start);
    for (const other of own) {
      if (dropped.has(other)) continue;
      const weaker = isSurer(entity, other) ? other : entity;
      if (contains(weaker === other ? entity : other, weaker)) dropped.add(weaker);
    }
    open.set(entity.entity_type, [...own, entity]);
  }
  return found.filter((entity) => !dropped.has(entity)).sort(byStart);
}

/**
 * What is replaced: equal entities that touch become one; of others, one inside of another gives way, and of the same
 * place the less sure one. What still overlaps ends where the next begins. By place.
 */
export function withoutConflicts(
  found: readonly PlacedEntity[],
  text: (start: number, end: number) => string,
): PlacedEntity[] {
  const merged = mergeEqual(found, text);
  const ranked = [...merged].sort(
    (one, other) => one.start - other.start || other.end - one.end || other.score - one.score,
  );
  const kept: PlacedEntity[] = [];
  let reached = -1;
  for (const entity of ranked) {
    // Sorted by start, so whatever reaches as far began no later.
    if (entity.end <= reached) continue;
    reached = entity.end;
    kept.push(entity);
  }
  return kept.map((entity, index) => ({ ...entity, end: Math.min(entity.end, kept[index + 1]?.start ?? entity.end) }));
}

/** Entities of one kind that overlap, or have only spaces in between, are one. */
function mergeEqual(found: readonly PlacedEntity[], text: (start: number, end: number) => string): PlacedEntity[] {
  const last = new Map<string, number>();
  const merged: PlacedEntity[] = [];
  for (const entity of [...found].sort(byStart)) {
    const place = last.get(entity.entity_type) ?? -1;
    const before = merged[place];
    if (before && (entity.start <= before.end || isGap(text, before.end, entity.start))) {
      const end = Math.max(before.end, entity.end);
      merged[place] = { ...before, end, score: Math.max(before.score, entity.score) };
      continue;
    }
    last.set(entity.entity_type, merged.push(entity) - 1);
  }
  return merged;
}

function isGap(text: (start: number, end: number) => string, start: number, end: number): boolean {
  return end - start <= MAX_GAP && /^ +$/.test(text(start, end));
}

function isSurer(one: PlacedEntity, other: PlacedEntity): boolean {
  if (one.score !== other.score) return one.score > other.score;
  return one.end - one.start > other.end - other.start;
}

function contains(outer: PlacedEntity, inner: PlacedEntity): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function byStart(one: PlacedEntity, other: PlacedEntity): number {
  return one.start - other.start || one.end - other.end;
}
