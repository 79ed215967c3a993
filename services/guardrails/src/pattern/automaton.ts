import { WeirError } from '@weir/errors';
import type { CharSet } from './char-set.js';
import type { PatternNode } from './parse-pattern.js';

/** Symbols: each ASCII character, and one for all other code units. */
const SYMBOLS = 129;
const MAX_STATES = 4096;

export const DEAD = -1;
export const START = 0;

/** A deterministic automaton; state 0 is the start. */
export interface Automaton {
  /** Next state by `state * 129 + min(unit, 128)`; DEAD when nothing can match any more. */
  readonly next: Int16Array;
  readonly accepting: Uint8Array;
}

export function step(automaton: Automaton, state: number, unit: number): number {
  return automaton.next[state * SYMBOLS + (unit < 128 ? unit : 128)]!;
}

interface Nfa {
  readonly edges: { set: CharSet; to: number }[][];
  readonly empty: number[][];
}

/**
 * Thompson's construction, then subsets.
 * @throws WeirError `invalid_configuration` when the automaton would have more than 4096 states.
 */
export function compileAutomaton(pattern: PatternNode): Automaton {
  const nfa: Nfa = { edges: [], empty: [] };
  const begin = newState(nfa);
  const end = build(nfa, pattern, begin);
  const ids = new Map<string, number>();
  const sets: number[][] = [];
  const rows: number[][] = [];
  const idOf = (states: number[]): number => {
    const key = states.join();
    const known = ids.get(key);
    if (known !== undefined) return known;
    if (sets.length >= MAX_STATES) throw new WeirError('invalid_configuration', 'A pattern is too large to compile.');
    ids.set(key, sets.length);
    return sets.push(states) - 1;
  };
  idOf(closure(nfa, [begin]));
  for (let id = 0; id < sets.length; id++) rows.push(rowOf(nfa, sets[id]!, idOf));
  return {
    next: Int16Array.from(rows.flat()),
    accepting: Uint8Array.from(sets, (states) => Number(states.includes(end))),
  };
}

function rowOf(nfa: Nfa, states: readonly number[], idOf: (states: number[]) => number): number[] {
  const row: number[] = [];
  for (let symbol = 0; symbol < SYMBOLS; symbol++) {
    const reached = states.flatMap((state) =>
      nfa.edges[state]!.filter((edge) => edge.set.has(symbol)).map((edge) => edge.to),
    );
    row.push(reached.length ? idOf(closure(nfa, reached)) : DEAD);
  }
  return row;
}

function newState(nfa: Nfa): number {
  nfa.edges.push([]);
  return nfa.empty.push([]) - 1;
}

/** Adds the node after state `from` and returns the state in which it has matched. */
function build(nfa: Nfa, node: PatternNode, from: number): number {
  switch (node.kind) {
    case 'set': {
      const to = newState(nfa);
      nfa.edges[from]!.push({ set: node.set, to });
      return to;
    }
    case 'sequence':
      return node.parts.reduce((state, part) => build(nfa, part, state), from);
    case 'choice': {
      const to = newState(nfa);
      for (const option of node.options) nfa.empty[build(nfa, option, from)]!.push(to);
      return to;
    }
    case 'repeat':
      return buildRepeat(nfa, node, from);
  }
}

function buildRepeat(nfa: Nfa, node: Extract<PatternNode, { kind: 'repeat' }>, from: number): number {
  let state = from;
  for (let count = 0; count < node.min; count++) state = build(nfa, node.part, state);
  const to = newState(nfa);
  if (node.max === Infinity) {
    const loop = newState(nfa);
    nfa.empty[state]!.push(loop);
    nfa.empty[build(nfa, node.part, loop)]!.push(loop);
    nfa.empty[loop]!.push(to);
    return to;
  }
  nfa.empty[state]!.push(to);
  for (let count = node.min; count < node.max; count++) {
    state = build(nfa, node.part, state);
    nfa.empty[state]!.push(to);
  }
  return to;
}

function closure(nfa: Nfa, states: readonly number[]): number[] {
  const seen = new Set(states);
  for (const state of seen) for (const to of nfa.empty[state]!) seen.add(to);
  return [...seen].sort((one, other) => one - other);
}
