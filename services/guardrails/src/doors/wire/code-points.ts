/** Offsets of one text in UTF-16 code units, as JavaScript counts, and in Unicode code points, as most clients do. */
export class CodePoints {
  /** Code points of the text. */
  readonly length: number;
  /** Code units that are the second half of a pair, in order. */
  readonly #halves: readonly number[];

  constructor(text: string) {
    this.#halves = halvesOf(text);
    this.length = text.length - this.#halves.length;
  }

  /** Code points before a code unit; inside of a pair, up to the end of the pair. */
  at(unit: number): number {
    return unit - this.#halvesBefore(unit);
  }

  /** The code unit where a code point begins. Beyond the end of the text it goes on counting. */
  unitOf(point: number): number {
    let low = 0;
    let high = this.#halves.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      // The pair's code point is its second half less all second halves before it, less one.
      if (this.#half(middle) - middle - 1 < point) low = middle + 1;
      else high = middle;
    }
    return point + low;
  }

  #halvesBefore(unit: number): number {
    let low = 0;
    let high = this.#halves.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#half(middle) < unit) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #half(index: number): number {
    return this.#halves[index] ?? Infinity;
  }
}

/** Code points of a text. */
export function countCodePoints(text: string): number {
  return text.length - halvesOf(text).length;
}

function halvesOf(text: string): number[] {
  const halves: number[] = [];
  for (const { index } of text.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)) halves.push(index + 1);
  return halves;
}
