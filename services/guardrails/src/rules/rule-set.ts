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
  decide(facts: Facts): RuleDecision;
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
