import type { PicoUsd, RouteState, TokenUse } from '@weir/contracts';
import type { WeirError } from '@weir/errors';
import type { Receipt } from '@weir/kafka';
import type { LimitWindow, Reservation } from '../admission/lease-book.js';
import type { Candidate } from '../routing/candidates.js';
import { NO_USE, UsageMeter } from '../routing/usage-meter.js';
import type { Caller, InferenceRequest, Prompt } from './inference-request.js';
import { StageClock } from './stage-clock.js';

/** A guardrail decision as far as the answer and the event need it. */
export interface VerdictFacts {
  readonly id: string;
  readonly stage: 'input' | 'output';
  readonly action: 'allow' | 'flag' | 'mask' | 'block';
  /** Detectors that fired, each once. */
  readonly detectors: readonly string[];
  /** Time of the decision itself, without waiting for text. */
  readonly durationMs: number;
}

export type Control = 'billing' | 'guardrails';

/** Why Weir cut an answer that the engine would have gone on with. */
export type CutReason = 'guardrail' | 'deadline';

/** Everything that happens to one request, written by its stages in turn and read by the door and the event. */
export class RequestRun {
  readonly clock: StageClock;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  endedAt = 0;
  route: RouteState | undefined;
  candidates: readonly Candidate[] = [];
  /** True once the request holds what it may use at most. */
  admitted = false;
  reservation: Reservation | undefined;
  windows: readonly LimitWindow[] = [];
  readonly degraded = new Set<Control>();
  readonly verdicts: VerdictFacts[] = [];
  /** The prompt as it went to the model, after the input guard. */
  guardedPrompt: Prompt | undefined;
  target: Candidate | undefined;
  /** Since the request began; for streams the first text to the client, otherwise the first of the engine. */
  firstTextMs: number | undefined;
  /** True once text has reached the client, so that no other target can answer any more. */
  committed = false;
  /** The complete answer; empty for streams. */
  text = '';
  finishReason: string | undefined;
  cutReason: CutReason | undefined;
  error: WeirError | undefined;
  cost: PicoUsd = 0n;
  receipt: Receipt | undefined;
  readonly #startedMonotonic: number;
  readonly #monotonic: () => number;
  #meter: UsageMeter | undefined;

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
    return this.#meter?.use ?? NO_USE;
  }

  get meter(): UsageMeter | undefined {
    return this.#meter;
  }

  /** A new attempt: what an earlier one generated never reached the client and is not billed. */
  attempt(target: Candidate): UsageMeter {
    this.target = target;
    this.finishReason = undefined;
    this.cutReason = undefined;
    this.text = '';
    this.#meter = new UsageMeter();
    return this.#meter;
  }

  noteFirstText(): void {
    this.firstTextMs ??= this.elapsedMs;
  }

  verdict(stage: VerdictFacts['stage']): VerdictFacts | undefined {
    return this.verdicts.findLast((verdict) => verdict.stage === stage);
  }
}

export type Outcome = 'ok' | 'blocked' | 'error' | 'cancelled';

export function outcomeOf(run: Pick<RequestRun, 'error' | 'verdict'>): Outcome {
  if (!run.error) return 'ok';
  if (run.error.code === 'cancelled') return 'cancelled';
  return run.error.code === 'content_filter' && run.verdict('input')?.action === 'block' ? 'blocked' : 'error';
}
