/**
 * Which offsets of one partition may be committed while records finish out of order: everything below the first one that
 * is not finished. Offsets may have gaps (compaction, control records).
 */
export class OffsetTracker {
  /** In the order of their offsets, which is the order they were added in. */
  readonly #unfinished = new Set<number>();
  #next: number | undefined;
  #committed: number | undefined;

  get unfinished(): number {
    return this.#unfinished.size;
  }

  /** Offset after the highest one that was added. */
  get position(): number | undefined {
    return this.#next;
  }

  /** First offset that is not finished: what a commit would say. Undefined before the first record. */
  get finishedUpTo(): number | undefined {
    for (const first of this.#unfinished) return first;
    return this.#next;
  }

  /** Takes a record into account. False when its offset was seen before: it must not be handled again. */
  add(offset: number): boolean {
    if (this.#next !== undefined && offset < this.#next) return false;
    this.#unfinished.add(offset);
    this.#next = offset + 1;
    return true;
  }

  finish(offset: number): void {
    this.#unfinished.delete(offset);
  }

  /** Offset to commit now; undefined when the last commit says the same. */
  uncommitted(): number | undefined {
    const offset = this.finishedUpTo;
    return offset === this.#committed ? undefined : offset;
  }

  committed(offset: number): void {
    this.#committed = offset;
  }
}
