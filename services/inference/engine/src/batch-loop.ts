import type { Token } from 'node-llama-cpp';
import { failureOf } from './child-error.js';
import { Generation } from './generation.js';
import { tooLong, type LoadedModel } from './loaded-model.js';
import { planStep, type StepLimits, type StepShare } from './plan-step.js';
import type {
  ChildMessage,
  FinishReason,
  FinishReport,
  PromptMessage,
  SamplingOptions,
  TextReport,
} from './protocol.js';
import { Slot } from './slot.js';

// Prompt tokens cost about the same in slices of 64 as of 256 on a CPU; beside running streams the smaller one keeps
// the gap between their tokens short.
const STEP_LIMITS: StepLimits = { slice: 256, sliceBesideDecode: 64 };

export interface BatchLoopParts {
  readonly model: LoadedModel;
  readonly slots: number;
  readonly now: () => number;
  readonly send: (message: ChildMessage) => void;
  /** Resolves when the parent has read enough of what was sent. */
  readonly room: () => Promise<void>;
  /** Called before each step. */
  readonly beforeStep: () => void;
}

/**
 * Continuous batching: each turn gathers one token of everyone who decodes and a slice of the prompts, evaluates them
 * as one batch and reports. Requests join and leave between turns.
 */
export class BatchLoop {
  private readonly slots: Slot[];
  private readonly arriving = new Map<Slot, Generation>();
  private running = false;

  constructor(private readonly parts: BatchLoopParts) {
    this.slots = Array.from({ length: parts.slots }, () => new Slot(parts.model.context.getSequence()));
  }

  submit(id: number, prompt: PromptMessage, sampling: SamplingOptions): void {
    try {
      this.place(id, prompt, sampling);
    } catch (error) {
      this.parts.send({ kind: 'refused', id, failure: failureOf(error) });
      return;
    }
    if (!this.running) void this.run();
  }

  cancel(id: number): void {
    for (const slot of this.slots) {
      if (slot.generation?.id === id || this.arriving.get(slot)?.id === id) slot.cancelled = true;
    }
  }

  private place(id: number, prompt: PromptMessage, sampling: SamplingOptions): void {
    const { model, now } = this.parts;
    const promptTokens = model.tokenize(prompt);
    const room = model.contextTokens - promptTokens.length;
    if (room < 1) throw tooLong(promptTokens.length, model.contextTokens);
    const slot = this.freeSlot(promptTokens);
    const start = { id, promptTokens, sampling, room, startedAt: now() };
    slot.cancelled = false;
    this.arriving.set(slot, new Generation(start, model.detokenize, model.isEnd));
  }

  private freeSlot(prompt: readonly Token[]): Slot {
    const free = this.slots.filter((slot) => !slot.generation && !this.arriving.has(slot));
    const [best] = free.sort((a, b) => b.reusable(prompt) - a.reusable(prompt) || a.usedTokens - b.usedTokens);
    if (!best) throw new TypeError('more requests than slots');
    return best;
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.arriving.size > 0 || this.slots.some((slot) => slot.generation)) {
      this.parts.beforeStep();
      await this.admit();
      await this.step();
      await this.parts.room();
    }
    this.running = false;
  }

  private async admit(): Promise<void> {
    for (const [slot, generation] of this.arriving) {
      this.arriving.delete(slot);
      if (slot.cancelled) this.reportStep([], [generation.report('cancelled', this.parts.now())]);
      else await this.begin(slot, generation);
    }
  }

  private async begin(slot: Slot, generation: Generation): Promise<void> {
    await slot.begin(generation);
    this.parts.send({
      kind: 'begun',
      id: generation.id,
      inputTokens: generation.promptTokens.length,
      cachedInputTokens: slot.cachedTokens,
    });
  }

  private async step(): Promise<void> {
    const texts: TextReport[] = [];
    const finished: FinishReport[] = [];
    for (const slot of this.slots) {
      if (slot.generation && slot.cancelled) finished.push(await this.finish(slot, slot.generation, 'cancelled'));
    }
    const shares = planStep(this.needs(), STEP_LIMITS);
    const results = await Promise.all(shares.map((share) => this.advance(share)));
    for (const { slot, generation, token, error } of results) {
      if (error !== undefined) await this.fail(slot, generation, error);
      if (token === undefined) continue;
      const { text, finish } = generation.take(token, this.parts.now());
      texts.push({ id: generation.id, text, tokens: 1 });
      if (finish) finished.push(await this.finish(slot, generation, finish));
    }
    this.reportStep(texts, finished);
  }

  private needs() {
    const running = this.slots.flatMap((slot, id) => (slot.generation ? [{ id, slot, came: slot.generation.id }] : []));
    running.sort((a, b) => a.came - b.came);
    return running.map(({ id, slot }) => ({ id, promptLeft: slot.promptLeft }));
  }

  private async advance({ id, tokens }: StepShare): Promise<Advanced> {
    const slot = this.slots[id];
    const generation = slot?.generation;
    if (!slot || !generation) throw new TypeError('a share without a request');
    try {
      return { slot, generation, token: await slot.step(tokens), error: undefined };
    } catch (error) {
      return { slot, generation, token: undefined, error };
    }
  }

  private async finish(slot: Slot, generation: Generation, reason: FinishReason): Promise<FinishReport> {
    await slot.end();
    return generation.report(reason, this.parts.now());
  }

  private async fail(slot: Slot, generation: Generation, error: unknown): Promise<void> {
    await slot.end();
    this.parts.send({ kind: 'refused', id: generation.id, failure: failureOf(error) });
  }

  private reportStep(texts: readonly TextReport[], finished: readonly FinishReport[]): void {
    const used = this.slots.reduce((sum, slot) => sum + (slot.generation ? slot.usedTokens : 0), 0);
    const kvUsage = used / (this.slots.length * this.parts.model.contextTokens);
    this.parts.send({ kind: 'step', texts, finished, batches: this.parts.model.takeBatches(), kvUsage });
  }
}

interface Advanced {
  readonly slot: Slot;
  readonly generation: Generation;
  readonly token: Token | undefined;
  readonly error: unknown;
}
