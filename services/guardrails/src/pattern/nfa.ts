import { WeirError } from '@weir/errors';
import type { AlphabetSet } from './alphabet.js';
import type { CharSet } from './char-set.js';
import type { PatternNode } from './parse-pattern.js';

export interface Edge {
  /** Index of the set in the alphabet. */
  readonly set: number;
  readonly to: number;
}

/** A pattern has ended here. */
export const FINAL = 1;
/** It ended before units that nobody sees, and the next character that is read has a say in it. */
export const WAITING = 2;

const MAX_NODES_OF_PATTERN = 8_192;
const MAX_NODES = 262_144;

/** Patterns side by side, by Thompson's construction. Nodes are numbers. */
export class Nfa {
  readonly edges: Edge[][] = [];
  /** Pattern that a node belongs to. */
  readonly owner: number[] = [];
  /** FINAL, WAITING or 0. */
  readonly marks: number[] = [];
  /** By pattern: its first node, its FINAL and its WAITING one. */
  readonly patterns: { readonly begin: number; readonly final: number; readonly waiting: number }[] = [];
  readonly sets: AlphabetSet[] = [];
  readonly #empty: number[][] = [];
  readonly #setIds = new Map<string, number>();
  readonly #seenSets = { folded: new Map<CharSet, number>(), plain: new Map<CharSet, number>() };
  readonly #closures = new Map<number, readonly number[]>();
  #folded = false;

  /** @throws WeirError `invalid_configuration` for a pattern that is too large. */
  add(pattern: PatternNode, folded: boolean): void {
    this.#folded = folded;
    const begin = this.#node();
    const final = this.#build(pattern, begin);
    const waiting = this.#node();
    this.marks[final] = FINAL;
    this.marks[waiting] = WAITING;
    this.patterns.push({ begin, final, waiting });
  }

  /** Index of a set in the alphabet. */
  setId(set: CharSet, folded: boolean): number {
    const seen = this.#seenSets[folded ? 'folded' : 'plain'];
    const known = seen.get(set);
    if (known !== undefined) return known;
    const key = `${folded} ${set.ranges.join()}`;
    const id = this.#setIds.get(key) ?? this.sets.push({ set, folded }) - 1;
    this.#setIds.set(key, id);
    seen.set(set, id);
    return id;
  }

  /** The nodes that are reached from a node without reading, as far as they read or mark something. */
  closure(node: number): readonly number[] {
    const known = this.#closures.get(node);
    if (known) return known;
    const seen = new Set([node]);
    for (const from of seen) for (const to of this.#empty[from]!) seen.add(to);
    const closure = [...seen].filter((reached) => this.edges[reached]!.length > 0 || this.marks[reached]);
    this.#closures.set(node, closure);
    return closure;
  }

  #node(): number {
    const index = this.patterns.length;
    const first = this.patterns.at(-1)?.waiting ?? -1;
    const node = this.edges.push([]) - 1;
    if (node - first > MAX_NODES_OF_PATTERN) {
      throw new WeirError('invalid_configuration', 'A pattern is too large to compile.');
    }
    if (node > MAX_NODES) throw new WeirError('invalid_configuration', 'The patterns are too large together.');
    this.#empty.push([]);
    this.owner.push(index);
    this.marks.push(0);
    return node;
  }

  /** Adds a part of a pattern after a node and returns the node at which it has matched. */
  #build(part: PatternNode, from: number): number {
    switch (part.kind) {
      case 'set': {
        const to = this.#node();
        this.edges[from]!.push({ set: this.setId(part.set, this.#folded), to });
        return to;
      }
      case 'sequence':
        return part.parts.reduce((node, next) => this.#build(next, node), from);
      case 'choice': {
        const ends = part.options.map((option) => this.#build(option, from));
        const to = this.#node();
        for (const end of ends) this.#empty[end]!.push(to);
        return to;
      }
      case 'repeat':
        return this.#repeat(part, from);
    }
  }

  #repeat(repeat: Extract<PatternNode, { kind: 'repeat' }>, from: number): number {
    let node = from;
    for (let count = 0; count < repeat.min; count++) node = this.#build(repeat.part, node);
    if (repeat.max === Infinity) {
      const loop = this.#node();
      this.#empty[node]!.push(loop);
      this.#empty[this.#build(repeat.part, loop)]!.push(loop);
      const to = this.#node();
      this.#empty[loop]!.push(to);
      return to;
    }
    const ends = [node];
    for (let count = repeat.min; count < repeat.max; count++) ends.push((node = this.#build(repeat.part, node)));
    const to = this.#node();
    for (const end of ends) this.#empty[end]!.push(to);
    return to;
  }
}
