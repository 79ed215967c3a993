import type { Span } from '../detector/verdict-words.js';
import type { TextView } from './text-views.js';
import { UnitText } from './unit-text.js';

/** Numbers of a run: where it begins in the view, and where it begins and ends in the source. */
const RUN = 3;

/** Runs of a view in order. A run as long as its source follows it unit by unit; any other one came from its source as a whole. */
type Runs = Int32Array;

/** Where a half-open span of a view lies in the text that the view was made from. */
export type SourceSpan = (start: number, end: number) => Span;

/** A text made from another one, with the way back to the first one of the chain. */
export class MappedText implements TextView {
  /** `toSource` absent = unit by unit. */
  constructor(
    readonly text: string,
    readonly source: TextView | undefined,
    private readonly toSource?: SourceSpan,
  ) {}

  originalSpan(start: number, end: number): Span {
    const from = Math.max(0, Math.min(start, this.text.length));
    const to = Math.max(from, Math.min(end, this.text.length));
    const span = this.toSource ? this.toSource(from, to) : { start: from, end: to };
    return this.source ? this.source.originalSpan(span.start, span.end) : wholeCharacters(this.text, span);
  }
}

function sourceSpan(runs: Runs, from: number, to: number, length: number): Span {
  if (!runs.length) return { start: 0, end: 0 };
  const first = runOf(runs, from);
  const start = sourceOffset(runs, first, from, length, 'start');
  if (to <= from) return { start, end: start };
  return { start, end: sourceOffset(runs, runOf(runs, to - 1), to - 1, length, 'end') };
}

/** Where the unit at an offset of the view begins or ends in the source. */
function sourceOffset(runs: Runs, run: number, offset: number, length: number, edge: 'start' | 'end'): number {
  const viewStart = runs[run]!;
  const sourceStart = runs[run + 1]!;
  const sourceEnd = runs[run + 2]!;
  if (offset >= length) return sourceEnd;
  const linear = (runs[run + RUN] ?? length) - viewStart === sourceEnd - sourceStart;
  if (linear) return sourceStart + (offset - viewStart) + (edge === 'end' ? 1 : 0);
  return edge === 'start' ? sourceStart : sourceEnd;
}

/** Index of the first number of the run that an offset of the view is in. */
function runOf(runs: Runs, offset: number): number {
  let low = 0;
  let high = runs.length / RUN - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (runs[middle * RUN]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low * RUN;
}

/** Half a surrogate pair at either edge becomes the whole character. */
export function wholeCharacters(text: string, { start, end }: Span): Span {
  if (start === end) return { start, end };
  return { start: splitsPair(text, start) ? start - 1 : start, end: splitsPair(text, end) ? end + 1 : end };
}

function splitsPair(text: string, offset: number): boolean {
  if (offset <= 0 || offset >= text.length) return false;
  return (text.charCodeAt(offset) & 0xfc00) === 0xdc00 && (text.charCodeAt(offset - 1) & 0xfc00) === 0xd800;
}

/** Writes a text in the order of its source and notes where each part came from. */
export class MappedTextBuilder {
  readonly #text = new UnitText();
  #runs = new Int32Array(RUN * 16);
  #used = 0;

  constructor(private readonly source: TextView) {}

  get length(): number {
    return this.#text.length;
  }

  /** A part of the source, as it is. */
  copy(start: number, end: number): void {
    if (start >= end) return;
    this.#place(end - start, start, end);
    this.#text.copy(this.source.text, start, end);
  }

  /** A text in the place of a part of the source. */
  put(text: string, start: number, end: number): void {
    if (!text) return;
    this.#place(text.length, start, end);
    this.#text.copy(text, 0, text.length);
  }

  /** One UTF-16 code unit in the place of a part of the source. */
  unit(code: number, start: number, end: number): void {
    this.#place(1, start, end);
    this.#text.put(code);
  }

  /** Takes the last character back, with all that came from the same place as it. */
  erase(): void {
    if (!this.#used) return;
    const viewStart = this.#runs[this.#used - RUN]!;
    const run = this.length - viewStart;
    const linear = run === this.#runs[this.#used - 1]! - this.#runs[this.#used - 2]!;
    const units = linear ? Math.min(run, this.#text.lastCharacter()) : run;
    this.#text.drop(units);
    if (units === run) this.#used -= RUN;
    else this.#runs[this.#used - 1]! -= units;
  }

  finish(): MappedText {
    const text = this.#text.read();
    const runs = this.#runs.subarray(0, this.#used);
    return new MappedText(text, this.source, (start, end) => sourceSpan(runs, start, end, text.length));
  }

  /** A run that goes on where the last one ended, unit by unit as that one, is a part of it. */
  #place(length: number, start: number, end: number): void {
    const last = this.#used - RUN;
    const runs = this.#runs;
    const follows =
      length === end - start &&
      last >= 0 &&
      runs[last + 2] === start &&
      this.length - runs[last]! === start - runs[last + 1]!;
    if (follows) {
      runs[last + 2] = end;
      return;
    }
    if (this.#used + RUN > runs.length) {
      this.#runs = new Int32Array(runs.length * 2);
      this.#runs.set(runs);
    }
    this.#runs[this.#used++] = this.length;
    this.#runs[this.#used++] = start;
    this.#runs[this.#used++] = end;
  }
}
