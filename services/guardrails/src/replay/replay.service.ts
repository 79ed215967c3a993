import { Inject, Injectable } from '@nestjs/common';
import { PROCESS_SETTINGS } from '@weir/bootstrap';
import type { ProcessSettings } from '@weir/config';
import { guardrailContent, type GuardrailContent } from '@weir/contracts';
import { isWeirError, WeirError } from '@weir/errors';
import { KafkaBus } from '@weir/kafka';
import { Semaphore } from '@weir/resilience';
import { Metrics, type Bound } from '@weir/telemetry';
import { setImmediate } from 'node:timers/promises';
import type { Action, Stage } from '../detector/verdict-words.js';
import { policyMetrics } from '../policy/store/policy.metrics.js';
import { PolicyStore } from '../policy/store/policy-store.service.js';
import type { CompiledPolicy } from '../policy/policy.js';
import { ContentSeal } from './content-seal.js';
import { REDECIDER, type RecordedInput, type Redecider, type RedecideCall } from './redecide.js';

/** An input whose decision changes. */
export interface Flip {
  readonly id: string;
  readonly stage: Stage;
  readonly before: Action;
  readonly after: Action;
  readonly detectors: readonly string[];
}

export interface ReplayCounts {
  readonly replayed: number;
  readonly unreadable: number;
}

/** One input and the policies that it is decided under; undefined = it cannot be read again. */
interface Case {
  readonly id: string;
  readonly stage: Stage;
  readonly input: RecordedInput;
  readonly baseline: CompiledPolicy;
  readonly candidate: CompiledPolicy;
}

export interface RecordedRange {
  readonly sinceMs: number;
  /** Empty = every project. */
  readonly projectId: string;
  /** Undefined = every organisation. */
  readonly organizationId: string | undefined;
}

export interface GivenInput {
  readonly id: string;
  readonly stage: Stage;
  readonly input: RecordedInput;
}

/** Most inputs of one replay. */
export const MAX_REPLAYED = 100_000;

/** Decides again, under a candidate and under what was in force; one replay at a time, one input at a time. */
@Injectable()
export class ReplayService {
  readonly #seal: ContentSeal;
  readonly #metrics: Bound<typeof policyMetrics>;
  readonly #turns = new Semaphore(1);

  constructor(
    private readonly store: PolicyStore,
    private readonly bus: KafkaBus,
    @Inject(REDECIDER) private readonly redecider: Redecider,
    @Inject(PROCESS_SETTINGS) settings: ProcessSettings,
    metrics: Metrics,
  ) {
    this.#seal = new ContentSeal(settings.keyPepper);
    this.#metrics = metrics.bind(policyMetrics);
  }

  /**
   * Recorded inputs, each under the policies that decided on it: the candidate takes the place of the one of its name, or
   * of all when none has it.
   */
  recorded(candidate: CompiledPolicy, range: RecordedRange, call: RedecideCall): AsyncGenerator<Flip, ReplayCounts> {
    return this.#run(this.#recordedCases(candidate, range, call.signal), call);
  }

  /** Given inputs, under a candidate and a baseline. */
  given(
    policies: { readonly candidate: CompiledPolicy; readonly baseline: CompiledPolicy },
    inputs: readonly GivenInput[],
    call: RedecideCall,
  ): AsyncGenerator<Flip, ReplayCounts> {
    return this.#run(
      inputs.map((input) => ({ ...input, ...policies })),
      call,
    );
  }

  async *#run(
    cases: Iterable<Case | undefined> | AsyncIterable<Case | undefined>,
    call: RedecideCall,
  ): AsyncGenerator<Flip, ReplayCounts> {
    using turn = this.#turns.tryAcquire();
    if (!turn) throw new WeirError('overloaded', 'Another replay runs on this replica.', { retryAfterMs: 10_000 });
    let replayed = 0;
    let unreadable = 0;
    for await (const one of cases) {
      if (replayed + unreadable >= MAX_REPLAYED) break;
      // Requests that are served meanwhile come first.
      await setImmediate(undefined, { signal: call.signal });
      const flip = one && (await this.#decideAgain(one, call));
      if (flip === undefined) unreadable += 1;
      else replayed += 1;
      this.#metrics.replayed.inc();
      if (flip && flip.before !== flip.after) yield flip;
    }
    return { replayed, unreadable };
  }

  /** Undefined when one of both cannot decide, for example because a check that it asks is away. */
  async #decideAgain({ id, stage, input, baseline, candidate }: Case, call: RedecideCall): Promise<Flip | undefined> {
    try {
      const { action: before } = await this.redecider.redecide(baseline, stage, input, call);
      const { action: after, detectors } = await this.redecider.redecide(candidate, stage, input, call);
      return { id, stage, before, after, detectors };
    } catch (error) {
      call.signal.throwIfAborted();
      if (isWeirError(error)) return undefined;
      throw error;
    }
  }

  async *#recordedCases(
    candidate: CompiledPolicy,
    { sinceMs, projectId, organizationId }: RecordedRange,
    signal: AbortSignal,
  ): AsyncGenerator<Case | undefined> {
    for await (const event of this.bus.readHistory(guardrailContent, { sinceMs, signal })) {
      if (event === undefined) {
        yield undefined;
        continue;
      }
      const { data } = event;
      if (data.decided_at < sinceMs) continue;
      if (projectId && data.project_id !== projectId) continue;
      if (organizationId !== undefined && data.organization_id !== organizationId) continue;
      yield await this.#caseOf(candidate, data);
    }
  }

  async #caseOf(candidate: CompiledPolicy, content: GuardrailContent): Promise<Case | undefined> {
    const input = await this.#seal.open(content.project_id, content.sealed);
    const [first, ...others] = content.policies.map((version) => this.#decidedBy(version));
    if (!input || !first || others.some((policy) => policy === undefined)) return undefined;
    const before: [CompiledPolicy, ...CompiledPolicy[]] = [first, ...others.filter((policy) => policy !== undefined)];
    const id = content.request_id || content.verdict_id;
    return {
      id,
      stage: content.stage,
      input,
      baseline: this.store.compose(before),
      candidate: this.#with(candidate, before),
    };
  }

  /** The version that decided; the one in force when that is no longer known. */
  #decidedBy(version: string): CompiledPolicy | undefined {
    try {
      return this.store.resolve([version]);
    } catch (error) {
      if (!isWeirError(error)) throw error;
      return this.store.inForce(version.slice(0, version.lastIndexOf('@')));
    }
  }

  #with(candidate: CompiledPolicy, [first, ...others]: readonly [CompiledPolicy, ...CompiledPolicy[]]): CompiledPolicy {
    if (![first, ...others].some(({ name }) => name === candidate.name)) return candidate;
    const placed = (policy: CompiledPolicy) => (policy.name === candidate.name ? candidate : policy);
    return this.store.compose([placed(first), ...others.map(placed)]);
  }
}
