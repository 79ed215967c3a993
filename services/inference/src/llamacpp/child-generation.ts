import { AsyncQueue } from '@weir/resilience';
import { WeirError } from '@weir/errors';
import type { BegunReport, FinishReport, TextReport, TokenLogprobReport } from '../../engine/src/protocol.js';
import {
  usageDetails,
  type FinishReason,
  type GenerationPart,
  type TokenLogprob,
  type Usage,
} from '../generation/generation.js';

export interface ChildGenerationStart {
  readonly id: number;
  readonly maxTokens: number;
  readonly queueMs: number;
  readonly send: (kind: 'cancel' | 'park' | 'unpark') => void;
}

/** Parts that come beside those of the tokens: the prompt's log probabilities, the last text and the finish. */
const MORE_PARTS = 4;

/** One request inside an engine process, as the service sees it. */
export class ChildGeneration {
  readonly id: number;
  /** Bounded by what the request may generate: at most one part per token. */
  readonly parts: AsyncQueue<GenerationPart>;
  /** Resolves when the engine has given its slot free for good. */
  readonly ended: Promise<void>;
  private begun: BegunReport | undefined;
  private outputTokens = 0;
  private unsentTokens = 0;
  private unsentLogprobs: TokenLogprob[] = [];
  private expired = false;
  private over = false;
  private lost = false;
  private parked = false;
  private parking: PromiseWithResolvers<'parked' | 'ended'> | undefined;
  private readonly resolveEnded: () => void;

  constructor(private readonly start: ChildGenerationStart) {
    this.id = start.id;
    this.parts = new AsyncQueue({ maxItems: start.maxTokens + MORE_PARTS });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.resolveEnded = resolve;
  }

  /** The engine died before it worked on the prompt: nothing was used and nothing was sent. */
  get isUntouched(): boolean {
    return this.lost && this.begun === undefined;
  }

  /** The engine has begun to work on the prompt. */
  get hasBegun(): boolean {
    return this.begun !== undefined;
  }

  /** It has no slot, so that the engine need not work on it. */
  get isParked(): boolean {
    return this.parked;
  }

  get usage(): Usage {
    return {
      inputTokens: this.begun?.inputTokens ?? 0,
      outputTokens: this.outputTokens,
      cachedInputTokens: this.begun?.cachedInputTokens ?? 0,
    };
  }

  /** Ends the work in the engine; its slot is free a step later. */
  cancel(): void {
    if (!this.over) this.start.send('cancel');
  }

  /** Resolves when the engine has given the slot free: the request waits for `unpark`, or it has ended. */
  park(): Promise<'parked' | 'ended'> {
    if (this.over) return Promise.resolve('ended');
    if (!this.parking) {
      this.parking = Promise.withResolvers();
      this.start.send('park');
    }
    return this.parking.promise;
  }

  /** Goes on in another slot, which the caller has for it. */
  unpark(): void {
    if (this.over) return;
    this.parked = false;
    this.start.send('unpark');
  }

  /** The deadline has come: what was generated counts, and the last part says why there is no more. */
  expire(): void {
    this.expired = true;
    this.cancel();
  }

  onBegun(report: BegunReport): void {
    // What a parked request evaluates again is no input of its caller.
    this.begun ??= report;
  }

  onParked(): void {
    this.parked = true;
    this.parking?.resolve('parked');
    this.parking = undefined;
  }

  onText({ text, tokens, logprobs, promptLogprobs, toolCalls }: TextReport): void {
    this.outputTokens += tokens;
    this.unsentTokens += tokens;
    if (logprobs) this.unsentLogprobs.push(...logprobs.map(logprobOf));
    if (text === '' && !toolCalls && !promptLogprobs) return;
    this.push(text, undefined, {
      ...(promptLogprobs ? { promptLogprobs: promptLogprobs.map(logprobOf) } : {}),
      ...(toolCalls ? { toolCalls } : {}),
    });
  }

  onFinish(report: FinishReport): void {
    const { prefillMs, decodeMs } = report;
    const reason: FinishReason = this.expired && report.reason === 'cancelled' ? 'deadline' : report.reason;
    this.push('', { reason, queueMs: this.start.queueMs, prefillMs, decodeMs });
    this.parts.end();
    this.end();
  }

  /** The engine is gone. */
  lose(error: WeirError): void {
    this.lost = true;
    const details = { ...error.details, engine_lost: true };
    this.fail(new WeirError(error.code, error.message, { cause: error, details }));
  }

  fail(error: WeirError): void {
    const { code, message, param } = error;
    const details = { ...error.details, ...(this.begun ? usageDetails(this.usage) : {}) };
    this.parts.fail(new WeirError(code, message, { cause: error, details, ...(param ? { param } : {}) }));
    this.end();
  }

  private push(text: string, finish: GenerationPart['finish'], more: Partial<GenerationPart> = {}): void {
    const logprobs = this.unsentLogprobs.length > 0 ? { logprobs: this.unsentLogprobs } : {};
    this.parts.push({ text, ...logprobs, ...more, tokens: this.unsentTokens, usage: this.usage, finish });
    this.unsentTokens = 0;
    this.unsentLogprobs = [];
  }

  private end(): void {
    this.over = true;
    this.parking?.resolve('ended');
    this.parking = undefined;
    this.resolveEnded();
  }
}

function logprobOf({ top, ...token }: TokenLogprobReport): TokenLogprob {
  return {
    id: token.id,
    token: token.token,
    bytes: Uint8Array.from(token.bytes),
    logprob: token.logprob,
    top: top.map((other) => ({ ...other, bytes: Uint8Array.from(other.bytes) })),
  };
}
