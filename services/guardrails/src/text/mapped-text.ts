import type { Span } from '../detector/verdict-words.js';
import type { TextView } from './text-views.js';

/** Runs of a view in order. A run as long as its source follows it unit by unit; any other one came from its source as a whole. */
interface Runs {
  readonly viewStarts: readonly number[];
  readonly sourceStarts: readonly number[];
  readonly sourceEnds: readonly number[];
}

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
  if (!runs.viewStarts.length) return { start: 0, end: 0 };
  const first = runOf(runs, from);
  const start = sourceOffset(runs, first, from, length, 'start');
  if (to <= from) return { start, end: start };
  return { start, end: sourceOffset(runs, runOf(runs, to - 1), to - 1, length, 'end') };
}

/** Where the unit at an offset of the view begins or ends in the source. */
function sourceOffset(runs: Runs, run: number, offset: number, length: number, edge: 'start' | 'end'): number {
  const viewStart = runs.viewStarts[run]!;
  const sourceStart = runs.sourceStarts[run]!;
  const sourceEnd = runs.sourceEnds[run]!;
  if (offset >= length) return sourceEnd;
  const linear = (runs.viewStarts[run + 1] ?? length) - viewStart === sourceEnd - sourceStart;
  if (linear) return sourceStart + (offset - viewStart) + (edge === 'end' ? 1 : 0);
  return edge === 'start' ? sourceStart : sourceEnd;
}

function runOf(runs: Runs, offset: number): number {
  let low = 0;
  let high = runs.viewStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (runs.viewStarts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
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
  readonly #pieces: string[] = [];
  readonly #viewStarts: number[] = [];
  readonly #sourceStarts: number[] = [];
  readonly #sourceEnds: number[] = [];
  #length = 0;

  constructor(private readonly source: TextView) {}

  get length(): number {
    return this.#length;
  }

  /** A part of the source, as it is. */
  copy(start: number, end: number): void {
    if (start < end) this.put(this.source.text.slice(start, end), start, end);
  }

  /** A text in the place of a part of the source. */
  put(text: string, start: number, end: number): void {
    if (!text) return;
    const last = this.#viewStarts.length - 1;
    const linear = text.length === end - start;
    const follows =
      linear &&
      last >= 0 &&
      this.#sourceEnds[last] === start &&
      this.#length - this.#viewStarts[last]! === start - this.#sourceStarts[last]!;
    if (follows) this.#sourceEnds[last] = end;
    if (!follows) {
      this.#viewStarts.push(this.#length);
      this.#sourceStarts.push(start);
      this.#sourceEnds.push(end);
    }
    this.#pieces.push(text);
    this.#length += text.length;
  }

  finish(): MappedText {
    const text = this.#pieces.join('');
    const runs = { viewStarts: this.#viewStarts, sourceStarts: this.#sourceStarts, sourceEnds: this.#sourceEnds };
    return new MappedText(text, this.source, (start, end) => sourceSpan(runs, start, end, text.length));
  }
}
