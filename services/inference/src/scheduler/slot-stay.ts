import { asWeirError, type WeirError } from '@weir/errors';
import type { Usage } from '../generation/generation.js';
import type { SlotLease } from './slot-scheduler.js';

/** A generation in an engine that can give its slot up and go on in another one. */
export interface ParkableGeneration {
  readonly usage: Usage;
  /** Resolves when the engine has given its slot free for good. */
  readonly ended: Promise<void>;
  park(): Promise<'parked' | 'ended'>;
  unpark(): void;
  cancel(): void;
  /** Ends it with what was generated so far. */
  expire(): void;
  fail(error: WeirError): void;
}

export interface SlotStayOptions {
  readonly generation: ParkableGeneration;
  readonly lease: SlotLease;
  /** Waits for another slot; the signal aborts when the generation ends before it has one. */
  readonly enter: (signal: AbortSignal) => Promise<SlotLease>;
  /** Called once, when the engine has told how many tokens the prompt is. */
  readonly onPrompt: (tokens: number) => void;
}

/** One generation's slots, from its first to its last: what it was served, and how it gives way to the owner of a slot. */
export class SlotStay {
  private lease: SlotLease;
  private charged = { prompt: 0, output: 0 };
  private readonly over = new AbortController();

  constructor(private readonly options: SlotStayOptions) {
    this.lease = options.lease;
    void options.generation.ended.then(() => this.end());
    this.hold(options.lease);
  }

  /** Charges what was evaluated for it since the last time. */
  account(): void {
    const { inputTokens, cachedInputTokens, outputTokens } = this.options.generation.usage;
    const prompt = inputTokens - cachedInputTokens;
    if (this.charged.prompt === 0 && inputTokens > 0) this.options.onPrompt(inputTokens);
    if (prompt === this.charged.prompt && outputTokens === this.charged.output) return;
    this.lease.served({ prompt: prompt - this.charged.prompt, output: outputTokens - this.charged.output });
    this.charged = { prompt, output: outputTokens };
  }

  private hold(lease: SlotLease): void {
    this.lease = lease;
    lease.onReclaim(() => void this.giveWay());
  }

  private end(): void {
    this.over.abort();
    this.account();
    this.lease.release();
  }

  private async giveWay(): Promise<void> {
    const { generation } = this.options;
    const result = await generation.park();
    this.account();
    this.lease.release();
    if (result === 'ended') return;
    try {
      await this.comeBack();
    } catch (error) {
      this.giveUp(asWeirError(error));
    }
  }

  private async comeBack(): Promise<void> {
    const { generation, enter } = this.options;
    const lease = await enter(this.over.signal);
    if (this.over.signal.aborted) return lease.release();
    this.hold(lease);
    generation.unpark();
  }

  /** No slot for it any more: its deadline ends it with what it has, everything else with an error. */
  private giveUp(error: WeirError): void {
    if (this.over.signal.aborted) return;
    const { generation } = this.options;
    if (error.code === 'deadline_exceeded') return generation.expire();
    generation.cancel();
    generation.fail(error);
  }
}
