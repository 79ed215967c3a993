const FIRST_SIZE = 256;
const LATIN = 0x100;

/** A text that is written unit by unit. */
export class UnitText {
  #units: Uint16Array;
  /** Bits that occur in any unit. */
  #bits = 0;
  #length = 0;

  /** `size`: units that there is room for at first. */
  constructor(size = FIRST_SIZE) {
    this.#units = new Uint16Array(Math.max(1, size));
  }

  /** In UTF-16 code units. */
  get length(): number {
    return this.#length;
  }

  put(unit: number): void {
    if (this.#length === this.#units.length) this.#grow(this.#length + 1);
    this.#units[this.#length++] = unit;
    this.#bits |= unit;
  }

  /** Writes over a unit that is there. */
  set(at: number, unit: number): void {
    this.#units[at] = unit;
    this.#bits |= unit;
  }

  copy(text: string, start: number, end: number): void {
    if (this.#length + end - start > this.#units.length) this.#grow(this.#length + end - start);
    const units = this.#units;
    let bits = this.#bits;
    let at = this.#length;
    for (let from = start; from < end; from++) {
      const unit = text.charCodeAt(from);
      units[at++] = unit;
      bits |= unit;
    }
    this.#length = at;
    this.#bits = bits;
  }

  /** Units of the last character: two for a surrogate pair. */
  lastCharacter(): number {
    const pair =
      this.#length > 1 &&
      (this.#units[this.#length - 1]! & 0xfc00) === 0xdc00 &&
      (this.#units[this.#length - 2]! & 0xfc00) === 0xd800;
    return pair ? 2 : 1;
  }

  /** Takes back what was written last. */
  drop(units: number): void {
    this.#length = Math.max(0, this.#length - units);
  }

  read(): string {
    const units = this.#units.subarray(0, this.#length);
    if (this.#bits < LATIN) return Buffer.from(units).toString('latin1');
    return Buffer.from(units.buffer, 0, this.#length * 2).toString('utf16le');
  }

  #grow(least: number): void {
    const units = new Uint16Array(Math.max(least, this.#units.length * 2));
    units.set(this.#units);
    this.#units = units;
  }
}
