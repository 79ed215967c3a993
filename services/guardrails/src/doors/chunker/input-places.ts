import { CodePoints } from '../wire/code-points.js';
import type { Piece } from './sentence-splitter.js';

interface Input {
  readonly index: number;
  /** Code units of the text that it ends at. */
  readonly end: number;
}

/** A piece with its place in code points, and the first and last message that it came in. */
export interface PlacedPiece {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly inputStart: number;
  readonly inputEnd: number;
}

/** Follows a text that comes in messages, for the places of its pieces. */
export class InputPlaces {
  #inputs: Input[] = [];
  #length = 0;
  #points = 0;

  add(index: number, text: string): void {
    this.#length += text.length;
    this.#inputs.push({ index, end: this.#length });
  }

  /** Pieces in the order of the text, each once. */
  place({ start, end, text }: Piece): PlacedPiece {
    const from = this.#points;
    this.#points += new CodePoints(text).length;
    const first = this.#inputs.find((input) => input.end > start);
    const last = this.#inputs.find((input) => input.end >= end);
    // What ended before the end of this piece cannot be part of another one.
    this.#inputs = this.#inputs.filter((input) => input.end > end || input === this.#inputs.at(-1));
    return { start: from, end: this.#points, text, inputStart: first?.index ?? 0, inputEnd: last?.index ?? 0 };
  }
}
