import { guardrailsV1 } from '@weir/contracts';
import { PseudonymVault } from '../pseudonym/pseudonym-vault.js';
import type { RequestSecrets } from '../filter/request-secrets.js';
import type { FilterPlan } from '../filter/filter-plan.js';
import type { CompiledPolicy, StagePolicy } from '../policy/policy.js';
import type { Action, Stage } from '../detector/verdict-words.js';

const NOTHING = guardrailsV1.RequestState.fromPartial({});

/** What one request has to keep between its checks. It holds secrets and lives no longer than the request. */
export class RequestMemory {
  readonly before: guardrailsV1.RequestState;
  readonly #vault: PseudonymVault;
  #canaries: readonly string[];

  /** `texts`: of the request, in which no pseudonym may occur. */
  constructor(before: guardrailsV1.RequestState | undefined, random: () => number, texts: readonly string[] = []) {
    this.before = before ?? NOTHING;
    this.#vault = new PseudonymVault({ random, taken: this.before.pseudonyms, texts });
    this.#canaries = this.before.canaries;
  }

  get canaries(): readonly string[] {
    return this.#canaries;
  }

  addCanary(canary: string): void {
    this.#canaries = [...this.#canaries, canary];
  }

  /** What texts of a stage are filtered by. */
  planOf(stage: StagePolicy): FilterPlan {
    return this.before.downgraded ? stage.downgradedPlan : stage.plan;
  }

  /** A prompt's values may become pseudonyms; in an answer, pseudonyms become values again. */
  secrets(stage: Stage, json: boolean): RequestSecrets {
    const answered = stage === 'output' || stage === 'reasoning' || stage === 'tool_call';
    const restore = answered ? this.before.pseudonyms : [];
    return { restore, canaries: answered ? this.#canaries : [], pseudonyms: this.#vault, json };
  }

  /** The state for the request's later checks, after a decision under the policy. */
  after(policy: CompiledPolicy, action: Action): guardrailsV1.RequestState {
    const downgraded = this.before.downgraded || action === 'downgrade';
    return {
      pseudonyms: this.#vault.pairs.map(({ pseudonym, original }) => ({ pseudonym, original })),
      canaries: [...this.#canaries],
      downgraded,
      maxOutputTokens: downgraded ? policy.downgrade.maxOutputTokens : 0,
      needsContext: policy.needsContext,
    };
  }
}
