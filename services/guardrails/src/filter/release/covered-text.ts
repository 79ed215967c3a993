import type { DetectorSpec } from '../../detector/detector.js';
import type { Match } from '../detector-slot.js';

/** How far the values reach that are taken out, while their tails may still grow. */
export class CoveredText {
  /** Of values that have no tail. */
  #fixed = 0;
  /** By detector the value that reaches furthest: of one detector, a tail that still grows ends where the others do. */
  readonly #growing = new Map<DetectorSpec, Match>();

  get end(): number {
    let end = this.#fixed;
    if (this.#growing.size) for (const match of this.#growing.values()) end = Math.max(end, match.end);
    return end;
  }

  add(match: Match): void {
    const { detector, end } = match;
    if (!detector.tail) this.#fixed = Math.max(this.#fixed, end);
    else if ((this.#growing.get(detector)?.end ?? 0) <= end) this.#growing.set(detector, match);
  }

  /** What ends before an offset covers nothing that is still to come. */
  forgetBefore(offset: number): void {
    if (this.#fixed < offset) this.#fixed = 0;
    for (const [detector, { end }] of this.#growing) if (end < offset) this.#growing.delete(detector);
  }

  clear(): void {
    this.#fixed = 0;
    this.#growing.clear();
  }
}
