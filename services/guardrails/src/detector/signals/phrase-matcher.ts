import { wordUnit } from '../../text/characters.js';

export interface PhraseMatch {
  readonly phrase: number;
  readonly start: number;
  readonly end: number;
}

/** Scripts that put no spaces between words: there a phrase may stand anywhere. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

interface State {
  readonly next: Map<number, number>;
  fallback: number;
  /** Phrases that end here. */
  readonly ends: number[];
}

/** Finds many phrases at once, in time linear in the text (Aho–Corasick), and only as whole words. */
export class PhraseMatcher {
  readonly #states: State[] = [newState()];
  readonly #lengths: readonly number[];

  constructor(phrases: readonly string[]) {
    this.#lengths = phrases.map((phrase) => phrase.length);
    for (const [index, phrase] of phrases.entries()) this.#add(phrase, index);
    this.#link();
  }

  *matches(text: string): Iterable<PhraseMatch> {
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      state = this.#step(state, text.charCodeAt(at));
      for (const phrase of this.#states[state]!.ends) {
        const start = at + 1 - this.#lengths[phrase]!;
        if (isEdge(text, start) && isEdge(text, at + 1)) yield { phrase, start, end: at + 1 };
      }
    }
  }

  #add(phrase: string, index: number): void {
    let state = 0;
    for (let at = 0; at < phrase.length; at++) {
      const { next } = this.#states[state]!;
      const unit = phrase.charCodeAt(at);
      state = next.get(unit) ?? this.#states.push(newState()) - 1;
      next.set(unit, state);
    }
    this.#states[state]!.ends.push(index);
  }

  /** Breadth first, so that the state to fall back to is always finished. */
  #link(): void {
    const queue = [...this.#states[0]!.next.values()];
    for (const index of queue) {
      const state = this.#states[index]!;
      for (const [unit, target] of state.next) {
        const fallback = this.#step(state.fallback, unit);
        this.#states[target]!.fallback = fallback;
        this.#states[target]!.ends.push(...this.#states[fallback]!.ends);
        queue.push(target);
      }
    }
  }

  #step(from: number, unit: number): number {
    let state = from;
    for (;;) {
      const target = this.#states[state]!.next.get(unit);
      if (target !== undefined) return target;
      if (state === 0) return 0;
      state = this.#states[state]!.fallback;
    }
  }
}

function newState(): State {
  return { next: new Map(), fallback: 0, ends: [] };
}

/** Between two characters that are not both inside of one word. */
function isEdge(text: string, at: number): boolean {
  if (at <= 0 || at >= text.length) return true;
  const before = text[at - 1]!;
  const after = text[at]!;
  if (wordUnit[before.charCodeAt(0)] === 0 || wordUnit[after.charCodeAt(0)] === 0) return true;
  return UNSPACED.test(before) || UNSPACED.test(after);
}
