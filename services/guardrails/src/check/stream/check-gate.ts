import type { CountedFinding } from '../check-pass.js';

/** What the checks said about a piece of a text. */
export interface PieceVerdict {
  /** Findings in the piece; spans count from the beginning of the text. */
  readonly counted: readonly CountedFinding[];
  /** Stands in the place of the piece; undefined = the piece itself. */
  readonly replacement: string | undefined;
  /** Nothing of this text may follow, the piece included. */
  readonly stop: boolean;
}

/** Judges `text`, of which only what stands from `from` on has not left yet. `offset`: of `text` in the whole. */
export type JudgePiece = (text: string, from: number, offset: number) => Promise<PieceVerdict>;

/** Characters before a piece that are judged with it, so that nothing hides in a cut. */
const TAIL = 1_000;
const SENTENCE_END = /[.!?。！？]["')\]]*\s|\n/;

/**
 * Holds a text back until the checks of its policy have judged it, piece by piece. Where it is cut depends on the text
 * alone, never on how it arrives: at the first end of a sentence after a quarter of the window, or at the whole window.
 * `window` Infinity = everything is held until the text is complete.
 */
export class CheckGate {
  readonly #window: number;
  readonly #judge: JudgePiece;
  #tail = '';
  #pending = '';
  #passed = 0;
  #stopped = false;
  #given = 0;
  /** Replacements that are not as long as their pieces: their span in what was given, and how much longer the piece was. */
  readonly #shifts: { readonly start: number; readonly end: number; readonly by: number }[] = [];

  constructor(window: number, judge: JudgePiece) {
    this.#window = window;
    this.#judge = judge;
  }

  get held(): number {
    return this.#pending.length;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** The offset in the original text of an offset in what was given. */
  originalOffset(offset: number): number {
    let shifted = offset;
    for (const { start, end, by } of this.#shifts) {
      if (end <= offset) shifted += by;
      // No place inside of a replacement is beyond its piece.
      else if (start < offset) shifted = Math.min(shifted, shifted - offset + end + by);
    }
    return shifted;
  }

  /** Takes more text; gives what was judged. */
  async push(text: string): Promise<string> {
    this.#pending += text;
    let passed = '';
    for (let cut = this.#cut(); cut !== undefined && !this.#stopped; cut = this.#cut()) passed += await this.#pass(cut);
    return passed;
  }

  /** The text is complete; gives what was held back. */
  async end(): Promise<string> {
    let passed = await this.push('');
    if (this.#pending !== '' && !this.#stopped) passed += await this.#pass(this.#pending.length);
    return passed;
  }

  /** Where the next piece ends; undefined while that cannot be known. */
  #cut(): number | undefined {
    if (this.#window === Infinity) return undefined;
    const from = Math.floor(this.#window / 4);
    const end = SENTENCE_END.exec(this.#pending.slice(from, this.#window));
    if (end) return from + end.index + end[0].length;
    if (this.#pending.length <= this.#window) return undefined;
    if (!isHighSurrogate(this.#pending, this.#window - 1)) return this.#window;
    return this.#window > 1 ? this.#window - 1 : 2;
  }

  async #pass(cut: number): Promise<string> {
    const piece = this.#pending.slice(0, cut);
    const { replacement, stop } = await this.#judge(this.#tail + piece, this.#tail.length, this.#passed);
    this.#pending = this.#pending.slice(cut);
    if (stop) {
      this.#stopped = true;
      this.#pending = '';
      return '';
    }
    const tail = (this.#tail + piece).slice(-TAIL);
    this.#passed += this.#tail.length + piece.length - tail.length;
    this.#tail = tail;
    return this.#give(piece, replacement);
  }

  #give(piece: string, replacement = piece): string {
    const start = this.#given;
    this.#given += replacement.length;
    const by = piece.length - replacement.length;
    if (by !== 0) this.#shifts.push({ start, end: this.#given, by });
    return replacement;
  }
}

function isHighSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xd8_00 && unit < 0xdc_00;
}
