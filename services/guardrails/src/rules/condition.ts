import { compileLinearRegex } from '../detector/words/linear-regex.js';
import { compareDecimals, decimalOf } from './decimal.js';
import type { Comparison, ConditionDocument } from './logic-document.js';
import type { Facts, FactValue } from './rule-set.js';

/** What a trace shows for a fact that was asked for and is not there. */
export const MISSING_FACT = '<missing>';

/** Facts with a record of which ones were read. */
export class FactReader {
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

export type Condition = (facts: FactReader) => boolean;

/** @throws WeirError `invalid_configuration` for a regular expression that cannot be compiled. */
export function compileCondition(document: ConditionDocument): Condition {
  if ('all' in document) {
    const all = document.all.map(compileCondition);
    return (facts) => all.every((one) => one(facts));
  }
  if ('any' in document) {
    const any = document.any.map(compileCondition);
    return (facts) => any.some((one) => one(facts));
  }
  if ('not' in document) {
    const inner = compileCondition(document.not);
    return (facts) => !inner(facts);
  }
  return compileComparison(document);
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

type Test = (value: FactValue, facts: FactReader) => boolean;

function testOf(document: Comparison): Test {
  switch (document.op) {
    case 'exists':
      return () => true;
    case 'is': {
      const type = document.value;
      return (value) => (type === 'number' ? decimalOf(value) !== undefined : typeof value === type);
    }
    case 'in': {
      const list = document.value;
      return (value) => list.some((one) => isEqual(value, one));
    }
    case 'matches': {
      const regex = compileLinearRegex(document.value);
      return (value) => typeof value === 'string' && regex.test(value);
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
      return other !== undefined && compare(value, other);
    };
  }
  const { value: literal } = document;
  return (value) => compare(value, literal);
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
