/**
 * Text of an upstream without halves of surrogate pairs, which no UTF-8 could carry. A pair that comes in two pieces stays
 * one: its first half waits for the second. A half that stays alone becomes U+FFFD.
 */
export class WholeCharacters {
  private half = '';

  push(piece: string): string {
    if (piece === '') return '';
    const text = this.half + piece;
    const end = isFirstHalf(text.charCodeAt(text.length - 1)) ? text.length - 1 : text.length;
    this.half = text.slice(end);
    return text.slice(0, end).toWellFormed();
  }

  /** What still waits at the end. */
  flush(): string {
    const rest = this.half.toWellFormed();
    this.half = '';
    return rest;
  }
}

function isFirstHalf(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}
