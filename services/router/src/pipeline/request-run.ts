import type { guardrailsV1, PicoUsd, RouteState, TokenUse } from '@weir/contracts';
import type { WeirError } from '@weir/errors';
import type { Receipt } from '@weir/kafka';
import type { LimitWindow, Reservation } from '../admission/lease-book.js';
import type { Candidate } from '../routing/candidates.js';
import { totalUse } from '../routing/usage-meter.js';
import { ChoiceRun } from './choice-run.js';
import type { Caller, InferenceRequest } from './inference-request.js';
import { StageClock } from './stage-clock.js';

/** A guardrail decision as far as the answer and the event need it. */
export interface VerdictFacts {
  readonly id: string;
  /** On which side of the model it was decided. */
  readonly stage: 'input' | 'output';
  readonly action: GuardAction;
  /** Detectors that fired, each once. */
  readonly detectors: readonly string[];
  /** Time of the decision itself, without waiting for text. */
  readonly durationMs: number;
  /** Every policy version that decided, as `name@version`. */
  readonly policies: readonly string[];
  /** Kinds of content that were acted on, in the words of Azure's content filter where it has one. */
  readonly filters: readonly string[];
  /** What to say instead of a blocked answer; empty = nothing. */
  readonly message: string;
  /** What a person has to approve; empty = nothing. */
  readonly approvalRequest: string;
  /** True when a check failed and was passed over. */
  readonly incomplete: boolean;
}

export type Control = 'billing' | 'guardrails';

/** Why Weir cut an answer that the engine would have gone on with. */
export type CutReason = 'guardrail' | 'deadline';

/** Vectors of an embeddings request, in the order of its inputs. */
export interface Embedded {
  readonly vectors: readonly (readonly number[])[];
  readonly inputTokens: number;
}

/** What guardrails does about its findings, weakest first. */
const ACTIONS = ['allow', 'flag', 'mask', 'pseudonymise', 'replace', 'downgrade', 'require_approval', 'block'] as const;

export type GuardAction = (typeof ACTIONS)[number];

/** Whether nothing of what was decided on may go on. */
export function isHeld(action: GuardAction): boolean {
  return action === 'block' || action === 'require_approval';
}

/** Everything that happens to one request, written by its stages in turn and read by the door and the event. */
export class RequestRun {
  readonly clock: StageClock;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  endedAt = 0;
  route: RouteState | undefined;
  /** Policy that decides beside the route's; empty = none. */
  projectPolicy = '';
  candidates: readonly Candidate[] = [];
  /** True once the request holds what it may use at most. */
  admitted = false;
  reservation: Reservation | undefined;
  windows: readonly LimitWindow[] = [];
  readonly degraded = new Set<Control>();
  readonly verdicts: VerdictFacts[] = [];
  /** What guardrails has to know again at its next decision. Holds secrets of the request: never log, store or publish it. */
  guardState: guardrailsV1.RequestState | undefined;
  /** The request as it went to the model, after the input guard. */
  guarded: InferenceRequest | undefined;
  target: Candidate | undefined;
  /** Since the request began; for streams the first text to the client, otherwise the first of the engine. */
  firstTextMs: number | undefined;
  /** True once text has reached the client, so that no other target can answer any more. */
  committed = false;
  /** The answers of the present attempt, those to the first prompt first. */
  choices: readonly ChoiceRun[] = [];
  embedded: Embedded | undefined;
  error: WeirError | undefined;
  cost: PicoUsd = 0n;
  receipt: Receipt | undefined;
  readonly #startedMonotonic: number;
  readonly #monotonic: () => number;
  #engineAnswered = false;

  constructor(
    readonly request: InferenceRequest,
    readonly caller: Caller,
    source: { now(): number; monotonic(): number },
  ) {
    this.#monotonic = () => source.monotonic();
    this.#startedMonotonic = source.monotonic() - caller.doorMs;
    this.startedAt = source.now() - Math.round(caller.doorMs);
    this.clock = new StageClock(this.#monotonic);
    this.clock.add('auth', caller.doorMs);
  }

  get elapsedMs(): number {
    return this.#monotonic() - this.#startedMonotonic;
  }

  /** True once the answer comes too late for its caller. */
  get pastDeadline(): boolean {
    return this.startedAt + this.elapsedMs >= this.caller.deadline;
  }

  get use(): TokenUse {
    if (this.embedded) return { inputTokens: this.embedded.inputTokens, cachedInputTokens: 0, outputTokens: 0 };
    return totalUse(this.choices);
  }

  get finishReasons(): string[] {
    return this.choices.map((choice) => choice.finishReason ?? 'stop');
  }

  get cutReason(): CutReason | undefined {
    return this.choices.find((choice) => choice.cutReason)?.cutReason;
  }

  /** A new attempt: what an earlier one generated never reached the client and is not billed. */
  attempt(target: Candidate): readonly ChoiceRun[] {
    const { operation } = this.request;
    this.target = target;
    this.embedded = undefined;
    this.#engineAnswered = false;
    if (operation === 'embeddings') return this.choices;
    this.choices = this.#newChoices();
    return this.choices;
  }

  /** No model answers: each answer is what the policy says instead, and costs nothing. */
  answerInstead(message: string): void {
    this.choices = this.#newChoices();
    for (const choice of this.choices) choice.cutByGuardrail(message);
    this.noteFirstText();
  }

  #newChoices(): readonly ChoiceRun[] {
    const { prompts, form } = this.request;
    return prompts.flatMap((_, prompt) =>
      Array.from({ length: form.n }, (__, ordinal) => new ChoiceRun(prompt * form.n + ordinal, prompt, ordinal)),
    );
  }

  /** The engine's first text, of whichever choice. */
  noteEngineText(): void {
    if (this.#engineAnswered) return;
    this.#engineAnswered = true;
    this.clock.lap('ttft');
    if (!this.request.stream) this.noteFirstText();
  }

  noteFirstText(): void {
    this.firstTextMs ??= this.elapsedMs;
  }

  /** The strictest decision of a stage, the latest of equal ones. */
  verdict(stage: VerdictFacts['stage']): VerdictFacts | undefined {
    let strictest: VerdictFacts | undefined;
    for (const verdict of this.verdicts) {
      if (verdict.stage !== stage) continue;
      if (!strictest || severity(verdict) >= severity(strictest)) strictest = verdict;
    }
    return strictest;
  }
}

const severity = ({ action }: VerdictFacts): number => ACTIONS.indexOf(action);

export type Outcome = 'ok' | 'blocked' | 'error' | 'cancelled';

/** `blocked`: the input guard held it, whatever the client got instead. */
export function outcomeOf(run: Pick<RequestRun, 'error' | 'verdict'>): Outcome {
  const input = run.verdict('input');
  const held = input !== undefined && isHeld(input.action);
  if (!run.error) return held ? 'blocked' : 'ok';
  if (run.error.code === 'cancelled') return 'cancelled';
  return held && HELD_CODES.has(run.error.code) ? 'blocked' : 'error';
}

const HELD_CODES: ReadonlySet<string> = new Set(['content_filter', 'approval_required']);
