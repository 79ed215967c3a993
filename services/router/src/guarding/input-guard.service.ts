import { Injectable } from '@nestjs/common';
import { asWeirError, type WeirError } from '@weir/errors';
import { Metrics, type Bound } from '@weir/telemetry';
import type { InferenceRequest } from '../pipeline/inference-request.js';
import { cannotGoOn, textsOf, withTexts } from '../pipeline/prompt-texts.js';
import { isHeld, type RequestRun, type VerdictFacts } from '../pipeline/request-run.js';
import { routerMetrics } from '../router.metrics.js';
import { downgraded } from './downgrade.js';
import { GuardrailsClient } from './guardrails.client.js';
import { heldError, safeCompletion } from './held-input.js';
import { mergedState } from './request-state.js';
import { groupsOf, type PolicyGroup } from './route-policies.js';
import { markUnchecked, mayPassUnchecked } from './unchecked-pass.js';

export type GuardedInput =
  | { readonly kind: 'passed'; readonly request: InferenceRequest }
  | { readonly kind: 'refused'; readonly error: WeirError }
  /** No model is asked: this is the answer. */
  | { readonly kind: 'answered'; readonly text: string };

/** Decides whether a prompt may go to a model, and in which form. */
@Injectable()
export class InputGuardService {
  readonly #guardrails: GuardrailsClient;
  readonly #metrics: Bound<typeof routerMetrics>;

  constructor(guardrails: GuardrailsClient, metrics: Metrics) {
    this.#guardrails = guardrails;
    this.#metrics = metrics.bind(routerMetrics);
  }

  /** `request`: with the text of its tokens. */
  async guard(run: RequestRun, request: InferenceRequest): Promise<GuardedInput> {
    if (run.caller.isJudge) return { kind: 'passed', request };
    const parts = textsOf(request);
    const texts = parts.map(({ text }) => text);
    try {
      // One after the other: what one policy decided, the next one has to know.
      for (const group of groupsOf(run.route, parts)) {
        const verdict = await this.#decide(run, group, texts);
        if (isHeld(verdict.action)) return held(run, verdict);
      }
    } catch (error) {
      const failure = asWeirError(error);
      if (!mayPassUnchecked(run, failure)) throw failure;
      markUnchecked(run, this.#metrics);
    }
    const changed = parts.some(({ text }, place) => text !== texts[place]);
    return { kind: 'passed', request: downgraded(changed ? withTexts(request, texts) : request, run.guardState) };
  }

  /** Puts the texts of the group into their places, as they may go on. */
  async #decide(run: RequestRun, group: PolicyGroup, texts: string[]): Promise<VerdictFacts> {
    const checked = await this.#guardrails.check(run, 'input', group);
    run.guardState = mergedState(run.guardState, checked.state);
    const broken = group.parts.some((part, index) => cannotGoOn(part, checked.texts[index] ?? ''));
    const { verdict } = checked;
    const decided = broken && !isHeld(verdict.action) ? { ...verdict, action: 'block' as const } : verdict;
    run.verdicts.push(decided);
    if (decided.incomplete) markUnchecked(run, this.#metrics);
    if (!isHeld(decided.action)) group.places.forEach((place, index) => (texts[place] = checked.texts[index] ?? ''));
    return decided;
  }
}

function held(run: RequestRun, verdict: VerdictFacts): GuardedInput {
  const { route, request } = run;
  const mayAnswer = route?.on_blocked_input === 'completion' && request.operation !== 'embeddings';
  if (mayAnswer && verdict.action === 'block') return { kind: 'answered', text: safeCompletion(verdict) };
  return { kind: 'refused', error: heldError(run, verdict) };
}
