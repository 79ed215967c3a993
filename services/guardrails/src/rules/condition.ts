import { compileLinearRegex } from '../detector/words/linear-regex.js';
import { compareDecimals, decimalOf } from './decimal.js';
import type { Comparison, ConditionDocument } from './logic-document.js';
import { BY_REQUEST, BY_TEXT, type Facts, type FactValue, type LaterFact } from './rule-set.js';

/** What a trace shows for a fact that was asked for and is not there. */
export const MISSING_FACT = '<missing>';

/** Where conditions read facts. */
export interface FactSource {
  get(name: string): FactValue | undefined | LaterFact;
}

/** Facts with a record of which ones were read. */
export class FactReader implements FactSource {
  readonly #facts: Facts;
  readonly #read = new Map<string, FactValue>();

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  get(name: string): FactValue | undefined {
    const value = this.#facts.get(name);
    this.#read.set(name, value ?? MISSING_FACT);
    return value;
  }

  /** In the order in which they were first read. */
  get read(): readonly (readonly [string, FactValue])[] {
    return [...this.#read];
  }
}

/** Maybe: that depends on facts that are not known yet. Where all are known, it is never the answer. */
export type Truth = boolean | 'maybe';
export type Condition = (facts: FactSource) => Truth;

/** @throws WeirError `invalid_configuration` for a regular expression that cannot be compiled. */
export function compileCondition(document: ConditionDocument): Condition {
  if ('all' in document) {
    const all = document.all.map(compileCondition);
    return (facts) => joined(all, facts, false);
  }
  if ('any' in document) {
    const any = document.any.map(compileCondition);
    return (facts) => joined(any, facts, true);
  }
  if ('not' in document) {
    const inner = compileCondition(document.not);
    return (facts) => {
      const truth = inner(facts);
      return truth === 'maybe' ? truth : !truth;
    };
  }
  return compileComparison(document);
}

/** Asks one after the other until one of them settles it. */
function joined(conditions: readonly Condition[], facts: FactSource, settling: boolean): Truth {
  let truth: Truth = !settling;
  for (const one of conditions) {
    const own = one(facts);
    if (own === settling) return settling;
    if (own === 'maybe') truth = own;
  }
  return truth;
}

/** A comparison with a fact that is not there is false, whatever it asks. */
function compileComparison(document: Comparison): Condition {
  const { fact } = document;
  const holds = testOf(document);
  return (facts) => {
    const value = facts.get(fact);
    return value !== undefined && holds(value, facts);
  };
}

type Test = (value: FactValue | LaterFact, facts: FactSource) => Truth;

function onceKnown(holds: (value: FactValue) => boolean): Test {
  return (value) => (isLater(value) ? 'maybe' : holds(value));
}

function isLater(value: FactValue | LaterFact): value is LaterFact {
  return value === BY_REQUEST || value === BY_TEXT;
}

function testOf(document: Comparison): Test {
  switch (document.op) {
    case 'exists':
      return onceKnown(() => true);
    case 'is': {
      const type = document.value;
      return onceKnown((value) => (type === 'number' ? decimalOf(value) !== undefined : typeof value === type));
    }
    case 'in': {
      const list = document.value;
      return onceKnown((value) => list.some((one) => isEqual(value, one)));
    }
    case 'matches': {
      const regex = compileLinearRegex(document.value);
      return onceKnown((value) => typeof value === 'string' && regex.test(value));
    }
    default:
      return pairTest(document);
  }
}

type PairComparison = Exclude<Comparison, { readonly op: 'exists' | 'is' | 'in' | 'matches' }>;

function pairTest(document: PairComparison): Test {
  const compare = PAIRS[document.op];
  if ('value_of' in document) {
    const { value_of } = document;
    return (value, facts) => {
      const other = facts.get(value_of);
      if (other === undefined) return false;
      return isLater(value) || isLater(other) ? 'maybe' : compare(value, other);
    };
  }
  const { value: literal } = document;
  return onceKnown((value) => compare(value, literal));
}

const PAIRS: Readonly<Record<PairComparison['op'], (one: FactValue, other: FactValue) => boolean>> = {
  eq: isEqual,
  ne: (one, other) => !isEqual(one, other),
  lt: (one, other) => isOrdered(one, other, (order) => order < 0),
  le: (one, other) => isOrdered(one, other, (order) => order <= 0),
  gt: (one, other) => isOrdered(one, other, (order) => order > 0),
  ge: (one, other) => isOrdered(one, other, (order) => order >= 0),
  contains: (one, other) => typeof one === 'string' && typeof other === 'string' && one.includes(other),
};

/** Two texts are compared as texts; as soon as one side is a number, both are read as numbers. */
function isEqual(one: FactValue, other: FactValue): boolean {
  if (typeof one === 'number' || typeof other === 'number') return isOrdered(one, other, (order) => order === 0);
  return one === other;
}

function isOrdered(one: FactValue, other: FactValue, fits: (order: number) => boolean): boolean {
  const left = decimalOf(one);
  const right = decimalOf(other);
  return left !== undefined && right !== undefined && fits(compareDecimals(left, right));
}
