/** Ends of one candidate that are tried with a detector's check, from the longest on. */
const MAX_ENDS = 32;

/** A place where values may begin, and how far the detectors have come from there. It is used again when it is over. */
export class Candidate {
  start = 0;
  /** Units that nobody saw in the text before it. */
  skipped = 0;
  /** In the automaton's table. */
  state = 0;
  /** Where it goes from there by the unit that is read, until all candidates have been asked. */
  next = 0;
  /** By detector: where values may end, the longest last. */
  #ends: Map<number, number[]> | undefined;

  #lastEnd = 0;

  /** The furthest of all ends. */
  get lastEnd(): number {
    return this.#lastEnd;
  }

  /** Ends by detector; undefined = none. */
  get ends(): ReadonlyMap<number, readonly number[]> | undefined {
    return this.#ends;
  }

  begin(start: number, skipped: number, state: number): void {
    this.start = start;
    this.skipped = skipped;
    this.state = state;
    this.#ends = undefined;
  }

  /** A value of a detector may end here. `several`: shorter ones may turn out to be the value. */
  addEnd(detector: number, end: number, several: boolean): void {
    if (!this.#ends) [this.#ends, this.#lastEnd] = [new Map(), end];
    else if (end > this.#lastEnd) this.#lastEnd = end;
    const ends = this.#ends.get(detector);
    if (!ends) this.#ends.set(detector, [end]);
    else if (ends.at(-1) === end) return;
    else if (!several) ends[0] = end;
    else if (ends.push(end) > MAX_ENDS) ends.shift();
  }
}
