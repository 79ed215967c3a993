import type { DetectorSpec } from '../detector/detector.js';
import { Automaton } from '../pattern/automaton.js';
import { MAX_SKIPPED, slotOf, type CompiledSlots, type DetectorSlot, type Match } from './detector-slot.js';
import { foldedPairs, foldUnit } from './fold-unit.js';
import { StreamScanner } from './stream-scanner.js';

/** Detectors in one automaton. It holds no text: all streams use the same one. */
export class Scanner implements CompiledSlots {
  readonly slots: readonly DetectorSlot[];
  readonly automaton: Automaton;
  /** Most code units that can be undecided at once, computed from the patterns. */
  readonly maxHoldback: number;

  private constructor(slots: readonly DetectorSlot[], maxStates?: number) {
    this.slots = slots;
    this.automaton = new Automaton(
      slots.map(({ pattern }) => pattern),
      { unit: foldUnit, pairs: foldedPairs },
      maxStates,
    );
    const longest = slots.map((_, index) => this.automaton.longest(index));
    this.maxHoldback = longest.length ? Math.max(...longest) + MAX_SKIPPED : 0;
  }

  /**
   * @param maxStates of the automaton that are kept at once; fewer only make it slower.
   * @throws WeirError `invalid_configuration` for a pattern that cannot be read, or patterns that are too large.
   */
  static compile(specs: readonly DetectorSpec[], maxStates?: number): Scanner {
    return new Scanner(specs.map(slotOf), maxStates);
  }
}

/** All values in a text that is there as a whole, by their place. */
export function scanWhole(scanner: Scanner, text: string): Match[] {
  if (!scanner.slots.length) return [];
  const stream = new StreamScanner(scanner);
  stream.push(text);
  stream.end();
  return stream.takeMatches().sort(byPlace);
}

/** By the place where it begins, the longer one first. */
export function byPlace(one: Match, other: Match): number {
  return one.start - other.start || other.end - one.end || (one.detector.id < other.detector.id ? -1 : 1);
}
