import { FINAL, type Nfa } from './nfa.js';

export interface WalkedPattern {
  readonly nfa: Nfa;
  /** By set of the alphabet, by class: 1 when the set holds it. */
  readonly bits: readonly Uint8Array[];
  /** By class: how many usual characters are in it. */
  readonly usual: Uint8Array;
  /** By class: 0 for what the pattern reads. */
  readonly steps: Int8Array;
}

/** A pattern that leaves more open than this says nothing by what it reads. */
const OPEN_CHOICE = 64;

/** Follows one pattern through a text, to tell how far it has come. Costs more than the automaton of all patterns. */
export class PatternWalk {
  readonly #pattern: WalkedPattern;
  #nodes: ReadonlySet<number>;
  #read = 0;
  #evidence = 0;

  constructor(pattern: WalkedPattern, index: number) {
    this.#pattern = pattern;
    const { nfa } = pattern;
    this.#nodes = new Set(nfa.closure(nfa.patterns[index]!.begin));
  }

  /** Units that it has read. */
  get read(): number {
    return this.#read;
  }

  /** What it has read says so many bits: one of 64 characters was possible where only this one fits, six bits; and so on. */
  get evidence(): number {
    return this.#evidence;
  }

  /** Fewest units that it has to read on for a match, one at least; Infinity = it cannot go on. */
  get missing(): number {
    let nodes = this.#nodes;
    const seen = new Set(nodes);
    for (let units = 1; nodes.size > 0; units++) {
      const next = this.#after(nodes, () => true);
      if (this.#hasEnd(next)) return units;
      nodes = new Set([...next].filter((node) => !seen.has(node)));
      for (const node of nodes) seen.add(node);
    }
    return Infinity;
  }

  /** Reads a unit. */
  advance(symbol: number): void {
    const { bits, steps } = this.#pattern;
    if (steps[symbol] !== 0) return;
    this.#evidence += this.#evidenceHere();
    this.#read += 1;
    this.#nodes = this.#after(this.#nodes, (set) => bits[set]![symbol] === 1);
  }

  /** Whether it matches on its way through these units, or can still go on after them. */
  mayGoOn(symbols: readonly number[]): boolean {
    const { bits, steps } = this.#pattern;
    let nodes = this.#nodes;
    for (const symbol of symbols) {
      if (steps[symbol] !== 0) continue;
      nodes = this.#after(nodes, (set) => bits[set]![symbol] === 1);
      if (nodes.size === 0 || this.#hasEnd(nodes)) break;
    }
    return nodes.size > 0;
  }

  #evidenceHere(): number {
    const { nfa, bits, usual } = this.#pattern;
    const sets = new Set([...this.#nodes].flatMap((node) => nfa.edges[node]!.map(({ set }) => set)));
    let possible = 0;
    for (const [symbol, count] of usual.entries()) {
      if (count > 0 && [...sets].some((set) => bits[set]![symbol] === 1)) possible += count;
    }
    return Math.log2(OPEN_CHOICE / Math.min(OPEN_CHOICE, Math.max(1, possible)));
  }

  #after(nodes: Iterable<number>, reads: (set: number) => boolean): Set<number> {
    const { nfa } = this.#pattern;
    const reached = new Set<number>();
    for (const node of nodes) {
      for (const { set, to } of nfa.edges[node]!) if (reads(set)) for (const next of nfa.closure(to)) reached.add(next);
    }
    return reached;
  }

  #hasEnd(nodes: ReadonlySet<number>): boolean {
    for (const node of nodes) if (this.#pattern.nfa.marks[node] === FINAL) return true;
    return false;
  }
}
