import type { CharSet } from './char-set.js';
import { partition, type Partition } from './partition.js';

/** How folded patterns read the text. */
export interface Reading {
  /** The code unit that a unit reads as; negative = it is not seen. */
  unit(unit: number): number;
  /** Surrogate pairs that read as one unit, or as nothing. */
  pairs(): Iterable<readonly [codePoint: number, read: number]>;
}

/** A set, and whether it holds characters as they read or as they are. */
export interface AlphabetSet {
  readonly set: CharSet;
  readonly folded: boolean;
}

/** The first of several units that are read as one: a candidate may begin, nothing is read yet. */
export const LEAD = -2;
/** A unit that is not read; no candidate begins with it. */
export const SKIP = -1;

const UNITS = 0x10000;
const OFFSET = 2;
/** Printable ASCII. */
const [FIRST_USUAL, LAST_USUAL] = [0x20, 0x7e];

/**
 * The characters that patterns tell apart. A class is what a unit is to patterns that read the very characters, together
 * with what it is to those that read them folded: one table look-up serves both.
 */
export class Alphabet {
  /** Class by code unit. */
  readonly classes: Uint16Array;
  readonly #plain: Partition;
  readonly #folded: Partition;
  readonly #sets: readonly AlphabetSet[];
  readonly #ids = new Map<number, number>();
  readonly #parts: { readonly plain: number; readonly folded: number }[] = [];

  constructor(sets: readonly AlphabetSet[], reading: Reading) {
    this.#sets = sets;
    this.#plain = partition(sets.filter(({ folded }) => !folded).map(({ set }) => set));
    this.#folded = partition(sets.filter(({ folded }) => folded).map(({ set }) => set));
    this.classes = new Uint16Array(UNITS);
    for (let unit = 0; unit < UNITS; unit++)
      this.classes[unit] = this.#idOf(this.#plainPart(unit), this.#read(reading.unit(unit)));
    for (const [codePoint, read] of reading.pairs()) {
      const units = String.fromCodePoint(codePoint);
      const [high, low] = [this.#plainPart(units.charCodeAt(0)), this.#plainPart(units.charCodeAt(1))];
      this.#idOf(high, read < 0 ? SKIP : LEAD);
      this.#idOf(low, this.#read(read));
    }
    for (const step of [LEAD, SKIP]) this.#idOf(step, step);
  }

  /** Number of classes. */
  get size(): number {
    return this.#parts.length;
  }

  /** By class: how many of the characters that texts mostly consist of are in it. */
  usual(): Uint8Array {
    const counts = new Uint8Array(this.size);
    for (let unit = FIRST_USUAL; unit <= LAST_USUAL; unit++) counts[this.classes[unit]!]! += 1;
    return counts;
  }

  /**
   * Class of a unit that is one of several read together. `unit`: as it is, or LEAD or SKIP where nobody reads it so;
   * `read`: the folded unit, LEAD or SKIP.
   */
  classOf(unit: number, read: number): number {
    const plain = unit < 0 ? unit : this.#plainPart(unit);
    return this.#ids.get(keyOf(plain, this.#read(read))) ?? this.classes[Math.max(0, unit)]!;
  }

  /** By class: 1 when the set at this index holds it. */
  bits(index: number): Uint8Array {
    const { folded } = this.#sets[index]!;
    const place = this.#sets.slice(0, index).filter((other) => other.folded === folded).length;
    const holds = (folded ? this.#folded : this.#plain).holds[place]!;
    return Uint8Array.from(this.#parts, (parts) => holds[folded ? parts.folded : parts.plain] ?? 0);
  }

  /** By class: LEAD, SKIP, or 0 for a character that is read. */
  steps(folded: boolean): Int8Array {
    return Int8Array.from(this.#parts, (parts) => Math.min(0, folded ? parts.folded : parts.plain));
  }

  #plainPart(unit: number): number {
    return this.#plain.partOf[unit]!;
  }

  #read(unit: number): number {
    return unit < 0 ? unit : this.#folded.partOf[unit]!;
  }

  #idOf(plain: number, folded: number): number {
    const key = keyOf(plain, folded);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    this.#ids.set(key, this.#parts.length);
    return this.#parts.push({ plain, folded }) - 1;
  }
}

function keyOf(plain: number, folded: number): number {
  return (plain + OFFSET) * (UNITS + OFFSET) + folded + OFFSET;
}
