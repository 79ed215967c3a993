import type { Action } from '../detector/verdict-words.js';

export type FactValue = string | number | boolean;
export type Facts = ReadonlyMap<string, FactValue>;

/** One rule that fired. */
export interface FiredRule {
  readonly rule: string;
  /** The facts it read, with their values. */
  readonly read: readonly (readonly [string, FactValue])[];
  /** For example `action=block` or `risk=high`. */
  readonly conclusion: string;
}

export interface RuleDecision {
  /** `allow` when no rule gave one; the strongest one otherwise. */
  readonly action: Action;
  readonly message: string;
  readonly fired: readonly FiredRule[];
  /** All facts at the end, those that rules concluded included. */
  readonly facts: Facts;
}

/** Rules of a policy, ready to run: the same facts always give the same decision and the same trace. */
export interface CompiledRules {
  /** Facts that a model has to find in the conversation before the rules can decide; undefined = none. */
  readonly extraction: FactExtraction | undefined;
  /** False for rules that only watch: what they decide is told, never done. */
  readonly acts: boolean;
  decide(facts: Facts): RuleDecision;
  /** What the rules can still do about a text of which not everything is known yet. */
  foresee(known: KnownFacts): Foresight;
}

/** A fact that a request brings, when nothing is known yet but the policy. */
export const BY_REQUEST = Symbol('fact of the request');
/** A fact that only the complete text tells. */
export const BY_TEXT = Symbol('fact of the text');
export type LaterFact = typeof BY_REQUEST | typeof BY_TEXT;

/** Value of a fact, undefined for one that will never be there, or when it will be known. */
export type KnownFacts = (fact: string) => FactValue | undefined | LaterFact;

/** What rules can do about a text before it is there. */
export interface Foresight {
  /** The strongest action of the rules that what the text says may let fire; undefined = of none. */
  readonly awaited: Action | undefined;
  /** By the rules that fire or not whatever the text says, and always in this order. `facts`: of the request. */
  decideEarly(facts: Facts): RuleDecision;
}

/** What a model is asked for: it finds facts, and never decides. */
export interface FactExtraction {
  /** Alias of the model. */
  readonly model: string;
  readonly instructions: string;
  /** JSON Schema of an object with scalar properties, as JSON text. */
  readonly schema: string;
  readonly deadlineMs: number;
  /** open: the rules decide without these facts. */
  readonly onError: 'closed' | 'open';
}
