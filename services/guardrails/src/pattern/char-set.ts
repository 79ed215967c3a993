/** A set of UTF-16 code units: one bit for each ASCII character, and one bit for all others together. */
export class CharSet {
  readonly #bits = new Uint8Array(129);

  static of(...ranges: readonly (readonly [number, number])[]): CharSet {
    const set = new CharSet();
    for (const [from, to] of ranges) for (let unit = from; unit <= Math.min(to, 127); unit++) set.#bits[unit] = 1;
    return set;
  }

  static any(): CharSet {
    const set = new CharSet();
    set.#bits.fill(1);
    return set;
  }

  has(unit: number): boolean {
    return this.#bits[unit < 128 ? unit : 128] === 1;
  }

  union(other: CharSet): CharSet {
    const set = new CharSet();
    for (let bit = 0; bit < 129; bit++) set.#bits[bit] = this.#bits[bit]! | other.#bits[bit]!;
    return set;
  }

  complement(): CharSet {
    const set = new CharSet();
    for (let bit = 0; bit < 129; bit++) set.#bits[bit] = 1 - this.#bits[bit]!;
    return set;
  }

  /** The set with both cases of every letter in it. */
  ignoringCase(): CharSet {
    const set = new CharSet();
    set.#bits.set(this.#bits);
    for (let lower = 97; lower <= 122; lower++) {
      const either = this.#bits[lower]! | this.#bits[lower - 32]!;
      set.#bits[lower] = either;
      set.#bits[lower - 32] = either;
    }
    return set;
  }
}

export const DIGIT = CharSet.of([48, 57]);
export const LETTER = CharSet.of([65, 90], [97, 122]);
export const WORD = LETTER.union(DIGIT).union(CharSet.of([95, 95]));
export const SPACE = CharSet.of([9, 13], [32, 32]);
