import type { CompiledRules } from '../rules/rule-set.js';
import type { Action, Stage } from '../detector/verdict-words.js';
import type { TextCheck } from '../detector/text-check.js';
import type { FilterPlan } from '../filter/filter-plan.js';

/** What a policy says about one check or one detector. */
export interface PolicyRule {
  readonly action: Action;
  /** Findings below it do not count. */
  readonly threshold: number;
  /** Decided and recorded, not acted on. */
  readonly shadow: boolean;
  /** replace: what stands in the place of the value. */
  readonly replacement: string;
}

/** What happens when a check cannot answer. */
export type OnError =
  | { readonly kind: 'closed' }
  | { readonly kind: 'open' }
  /** Another check answers in its place; if that fails as well, the request is refused. */
  | { readonly kind: 'degrade_to'; readonly check: TextCheck };

export interface PolicyCheck {
  readonly check: TextCheck;
  readonly rule: PolicyRule;
  readonly onError: OnError;
  readonly deadlineMs: number;
}

/** A policy at one stage, ready to run. */
export interface StagePolicy {
  /** Finds, masks and holds back values. */
  readonly plan: FilterPlan;
  /** The same for a downgraded request: links are taken away as well. */
  readonly downgradedPlan: FilterPlan;
  /** Judge whole texts. */
  readonly checks: readonly PolicyCheck[];
  /** Most characters that a stream can be held back; Infinity = until it is complete. */
  readonly maxHoldback: number;
}

/** A policy version, or several that decide together, ready to run. */
export interface CompiledPolicy {
  readonly name: string;
  readonly version: number;
  /** Every version that decides, as `name@version`. */
  readonly versions: readonly string[];
  /** SHA-256 of the documents and of everything they are compiled with. */
  readonly sha256: string;
  readonly mode: 'enforce' | 'shadow';
  readonly description: string;
  /** Ids of its detectors and checks. */
  readonly detectors: readonly string[];
  /** The worst of the stages that stream. */
  readonly maxHoldback: number;
  /** What a client is told instead of a blocked answer; empty = nothing. */
  readonly message: string;
  readonly downgrade: { readonly maxOutputTokens: number };
  /** Decides over facts, after all checks; undefined = no rules. */
  readonly rules: CompiledRules | undefined;
  /** Whether checks of the answer read the conversation. */
  readonly needsContext: boolean;
  /** Whether a mark is put into the system prompt. */
  readonly canary: boolean;
  stage(stage: Stage): StagePolicy;
}
