import { Alphabet, LEAD, type Reading } from './alphabet.js';
import type { CharSet } from './char-set.js';
import { FINAL, Nfa, WAITING } from './nfa.js';
import { longestMatch, type PatternNode } from './parse-pattern.js';
import { PatternWalk } from './pattern-walk.js';
import { ACCEPTING, COMPLETE, DEAD, FOLDS, StateTable, type StateDetails } from './state-table.js';

/** One of the patterns of an automaton. */
export interface AutomatonPattern {
  readonly node: PatternNode;
  /** Whether it reads characters as they look. */
  readonly folded: boolean;
  readonly maxLength: number;
  readonly notAfter?: CharSet;
  readonly notBefore?: CharSet;
  readonly tail?: CharSet;
}

/** Rows of known states hold at most so many numbers, of 2 bytes each; a state has one more thing or two to keep. */
const MAX_CELLS = 2_500_000;
const MAX_STATES = 20_000;
const MIN_STATES = 64;
const NO_LIMIT = 0x7fffffff;

/**
 * All patterns as one deterministic automaton, anchored at the place where a candidate begins. Its states are made when a
 * text first leads to them, by subsets: ahead of time the counters of a hundred patterns multiply, while texts visit a few
 * thousand states. When the table is full a new one begins; who walks on the old one moves over by `translate`.
 */
export class Automaton {
  readonly alphabet: Alphabet;
  /** By class: how it is read by patterns that read it folded, and by the others: LEAD, SKIP or 0. */
  readonly foldedSteps: Int8Array;
  readonly plainSteps: Int8Array;
  /** By pattern, by class: whether it must not stand behind, or is part of the tail. */
  readonly notBefore: readonly (Uint8Array | undefined)[];
  readonly tails: readonly (Uint8Array | undefined)[];
  readonly #patterns: readonly AutomatonPattern[];
  readonly #nfa: Nfa;
  readonly #bits: readonly Uint8Array[];
  readonly #usual: Uint8Array;
  readonly #notAfter: readonly (Uint8Array | undefined)[];
  readonly #maxStates: number;
  #table: StateTable;

  /** @throws WeirError `invalid_configuration` for patterns that are too large. */
  constructor(patterns: readonly AutomatonPattern[], reading: Reading, maxStates = MAX_STATES) {
    const nfa = new Nfa();
    for (const { node, folded } of patterns) nfa.add(node, folded);
    const boundaries = patterns.map(({ notAfter, notBefore, tail, folded }) =>
      [notAfter, notBefore, tail].map((set) => (set?.ranges.length ? nfa.setId(set, folded) : undefined)),
    );
    this.#patterns = patterns;
    this.#nfa = nfa;
    this.alphabet = new Alphabet(nfa.sets, reading);
    this.#bits = nfa.sets.map((_, index) => this.alphabet.bits(index));
    this.#usual = this.alphabet.usual();
    const bitsOf = (id: number | undefined) => (id === undefined ? undefined : this.#bits[id]!);
    this.#notAfter = boundaries.map(([id]) => bitsOf(id));
    this.notBefore = boundaries.map(([, id]) => bitsOf(id));
    this.tails = boundaries.map(([, , id]) => bitsOf(id));
    this.foldedSteps = this.alphabet.steps(true);
    this.plainSteps = this.alphabet.steps(false);
    this.#maxStates = Math.max(MIN_STATES, Math.min(maxStates, Math.floor(MAX_CELLS / this.alphabet.size)));
    this.#table = new StateTable(this.alphabet.size);
  }

  /** The table in force; states of another one mean nothing here. */
  get table(): StateTable {
    return this.#table;
  }

  /** The state in which a candidate begins: after a character of a class, or at the beginning of a text. */
  start(previous?: number): number {
    const place = previous === undefined ? 0 : previous + 1;
    const known = this.#table.starts[place]!;
    if (known) return known;
    const state = this.#begin(previous, previous);
    this.#table.starts[place] = state;
    return state;
  }

  /** The same where units were skipped: what stands before is one thing to those who see them, and another to the others. */
  startAfterSkipped(plain: number | undefined, read: number | undefined): number {
    const key = ((plain ?? -1) + 1) * (this.alphabet.size + 1) + (read ?? -1) + 1;
    const known = this.#table.skippedStarts.get(key);
    if (known !== undefined) return known;
    const state = this.#begin(plain, read);
    this.#table.skippedStarts.set(key, state);
    return state;
  }

  /** Follows a class from a state of the table in force, where `next` is not known. The table may be another one then. */
  step(state: number, symbol: number): number {
    const table = this.#table;
    const { members, begins } = table.details[state]!;
    const reached = new Set<number>();
    const steps = { folded: this.foldedSteps[symbol]!, plain: this.plainSteps[symbol]! };
    for (const node of members) {
      const owner = this.#nfa.owner[node]!;
      const step = this.#patterns[owner]!.folded ? steps.folded : steps.plain;
      if (step === 0) this.#read(node, symbol, reached);
      else if (step === LEAD || !begins) this.#stay(node, owner, reached);
    }
    const next = this.#intern(reached, false);
    if (table === this.#table) table.next[state * table.width + symbol] = next;
    return next;
  }

  /** The state without the patterns that skip units. The table may be another one then. */
  withoutFolded(state: number): number {
    const { members } = this.#table.details[state]!;
    return this.#intern(
      members.filter((node) => !this.#patterns[this.#nfa.owner[node]!]!.folded),
      false,
    );
  }

  /** The same state in the table in force. */
  translate(state: number, from: StateTable): number {
    const { members, begins } = from.details[state]!;
    return members.length ? this.#known(members, begins) : DEAD;
  }

  /** Most units that a candidate of a pattern can go on for, skipped ones not counted. */
  longest(index: number): number {
    const { node, maxLength } = this.#patterns[index]!;
    return Math.min(maxLength, longestMatch(node));
  }

  /** Follows one pattern alone, from its beginning. */
  walk(index: number): PatternWalk {
    const steps = this.#patterns[index]!.folded ? this.foldedSteps : this.plainSteps;
    return new PatternWalk({ nfa: this.#nfa, bits: this.#bits, usual: this.#usual, steps }, index);
  }

  #begin(plain: number | undefined, read: number | undefined): number {
    const members = new Set<number>();
    this.#nfa.patterns.forEach(({ begin }, index) => {
      const previous = this.#patterns[index]!.folded ? read : plain;
      if (previous !== undefined && this.#notAfter[index]?.[previous]) return;
      for (const node of this.#nfa.closure(begin)) if (this.#nfa.marks[node] === 0) members.add(node);
    });
    return this.#intern(members, true);
  }

  #read(node: number, symbol: number, reached: Set<number>): void {
    for (const { set, to } of this.#nfa.edges[node]!) {
      if (this.#bits[set]![symbol]) for (const next of this.#nfa.closure(to)) reached.add(next);
    }
  }

  #stay(node: number, owner: number, reached: Set<number>): void {
    if (this.#nfa.marks[node] !== FINAL) reached.add(node);
    else if (this.notBefore[owner]) reached.add(this.#nfa.patterns[owner]!.waiting);
  }

  #intern(nodes: Iterable<number>, begins: boolean): number {
    const members = Int32Array.from(nodes).sort();
    if (!members.length) return DEAD;
    const full = this.#table.size >= this.#maxStates && this.#table.find(keyOf(members, begins)) === undefined;
    if (full) this.#table = new StateTable(this.alphabet.size);
    return this.#known(members, begins);
  }

  #known(members: Int32Array, begins: boolean): number {
    const key = keyOf(members, begins);
    return this.#table.find(key) ?? this.#table.add(key, this.#detailsOf(members, begins));
  }

  #detailsOf(members: Int32Array, begins: boolean): StateDetails {
    const { marks, edges, owner } = this.#nfa;
    const ownersOf = (held: Int32Array) => [...new Set([...held].map((node) => owner[node]!))];
    const accepts = ownersOf(members.filter((node) => marks[node] !== 0));
    const going = ownersOf(members.filter((node) => edges[node]!.length > 0));
    const waits = members.some((node) => marks[node] === WAITING);
    const complete = accepts.length > 0 && !going.length && !waits && accepts.every((index) => !this.notBefore[index]);
    const folds = members.some((node) => this.#patterns[owner[node]!]!.folded);
    return {
      members,
      accepts,
      going,
      begins,
      flags: (accepts.length ? ACCEPTING : 0) | (complete ? COMPLETE : 0) | (folds ? FOLDS : 0),
      limit: going.reduce(
        (most, index) => Math.max(most, this.#patterns[index]!.maxLength),
        going.length ? 0 : NO_LIMIT,
      ),
    };
  }
}

function keyOf(members: Int32Array, begins: boolean): string {
  return (begins ? '>' : '') + members.join();
}
