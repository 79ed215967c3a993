import { otherCases } from './case-pairs.js';

const LAST_UNIT = 0xffff;

/** An immutable set of UTF-16 code units. */
export class CharSet {
  /** First and last unit of each range, one after the other; ranges are sorted and do not touch. */
  readonly ranges: readonly number[];

  private constructor(ranges: readonly number[]) {
    this.ranges = ranges;
  }

  /** The units from each first to each last one, both included; what lies above U+FFFF is left out. */
  static of(...ranges: readonly (readonly [number, number])[]): CharSet {
    const sorted = ranges
      .map(([from, to]) => [Math.max(0, from), Math.min(to, LAST_UNIT)] as const)
      .filter(([from, to]) => from <= to)
      .sort((one, other) => one[0] - other[0]);
    const flat: number[] = [];
    for (const [from, to] of sorted) {
      const last = flat.length - 1;
      if (last > 0 && from <= flat[last]! + 1) flat[last] = Math.max(flat[last]!, to);
      else flat.push(from, to);
    }
    return new CharSet(flat);
  }

  /** The units of which `holds` is true. */
  static where(holds: (unit: number) => boolean): CharSet {
    const flat: number[] = [];
    for (let unit = 0; unit <= LAST_UNIT; unit++) {
      if (!holds(unit)) continue;
      if (flat.at(-1) === unit - 1) flat[flat.length - 1] = unit;
      else flat.push(unit, unit);
    }
    return new CharSet(flat);
  }

  static any(): CharSet {
    return CharSet.of([0, LAST_UNIT]);
  }

  get size(): number {
    let size = 0;
    for (let at = 0; at < this.ranges.length; at += 2) size += this.ranges[at + 1]! - this.ranges[at]! + 1;
    return size;
  }

  has(unit: number): boolean {
    let low = 0;
    let high = this.ranges.length / 2;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.ranges[2 * middle + 1]! < unit) low = middle + 1;
      else high = middle;
    }
    return 2 * low < this.ranges.length && this.ranges[2 * low]! <= unit;
  }

  union(other: CharSet): CharSet {
    return CharSet.of(...pairs(this.ranges), ...pairs(other.ranges));
  }

  complement(): CharSet {
    const flat: number[] = [];
    let from = 0;
    for (const [first, last] of pairs(this.ranges)) {
      if (first > from) flat.push(from, first - 1);
      from = last + 1;
    }
    if (from <= LAST_UNIT) flat.push(from, LAST_UNIT);
    return new CharSet(flat);
  }

  /** The set with every case of each letter in it, as far as it is one code unit. */
  ignoringCase(): CharSet {
    return this.union(CharSet.of(...[...this.units()].flatMap(otherCases).map((unit) => [unit, unit] as const)));
  }

  /** The set of what `image` makes of its units. */
  mapped(image: (unit: number) => number): CharSet {
    return CharSet.of(...[...this.units()].map(image).map((unit) => [unit, unit] as const));
  }

  *units(): Iterable<number> {
    for (const [from, to] of pairs(this.ranges)) for (let unit = from; unit <= to; unit++) yield unit;
  }
}

function* pairs(ranges: readonly number[]): Iterable<readonly [number, number]> {
  for (let at = 0; at < ranges.length; at += 2) yield [ranges[at]!, ranges[at + 1]!];
}

export const DIGIT = CharSet.of([48, 57]);
export const LETTER = CharSet.of([65, 90], [97, 122]);
export const WORD = LETTER.union(DIGIT).union(CharSet.of([95, 95]));
export const SPACE = CharSet.of([9, 13], [32, 32]);
/** Letters, marks and digits of every script in the basic plane, and the low line. */
export const ANY_WORD = CharSet.where((unit) => /[\p{L}\p{M}\p{N}_]/u.test(String.fromCharCode(unit)));
