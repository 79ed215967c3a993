import { failureOf } from '../child-error.js';
import type {
  ChildMessage,
  FinishReason,
  FinishReport,
  PromptMessage,
  SamplingOptions,
  TextReport,
} from '../protocol.js';
import { RowScores } from '../sampling/row-scores.js';
import type { DecodeRow, Output } from '../model/decoder.js';
import type { Exclusive } from '../model/one-at-a-time.js';
import type { BatchModel } from './batch-model.js';
import { Generation, type Advance } from './generation.js';
import { planStep, type StepNeed } from './plan-step.js';
import { SlicePace } from './slice-pace.js';
import type { Slot } from './slot.js';
import { SlotTable } from './slot-table.js';

export interface BatchLoopParts {
  readonly model: BatchModel;
  readonly slots: number;
  readonly now: () => number;
  readonly send: (message: ChildMessage) => void;
  /** Resolves when the parent has read enough of what was sent. */
  readonly room: () => Promise<void>;
  /** Called before each step. */
  readonly beforeStep: () => void;
  /** There where the device cannot work for two contexts at the same time. */
  readonly exclusive?: Exclusive | undefined;
}

/** Logits of a position are as large as the vocabulary, so a prompt that is scored goes in small slices. */
const SCORED_SLICE = 32;

/**
 * Continuous batching: each turn gathers one token of everyone who decodes and a slice of the prompts, evaluates them
 * as one batch and reports. Requests join, leave and are parked between turns.
 */
export class BatchLoop {
  private readonly table: SlotTable;
  private readonly pace = new SlicePace();
  private readonly scores: RowScores;
  private running = false;

  constructor(private readonly parts: BatchLoopParts) {
    this.table = new SlotTable(parts.slots, parts.model.decoder);
    this.scores = new RowScores(parts.model);
  }

  submit(id: number, prompt: PromptMessage, sampling: SamplingOptions): void {
    try {
      this.table.place(this.open(id, prompt, sampling));
    } catch (error) {
      this.parts.send({ kind: 'refused', id, failure: failureOf(error) });
      return;
    }
    this.wake();
  }

  cancel(id: number): void {
    const parked = this.table.takeParked(id);
    if (parked) this.report([], [this.close(parked, 'cancelled')], noWork);
    else this.table.wish(id, 'cancel');
  }

  park(id: number): void {
    this.table.wish(id, 'park');
  }

  unpark(id: number): void {
    const parked = this.table.takeParked(id);
    if (!parked) return;
    this.table.place(parked);
    this.wake();
  }

  private open(id: number, prompt: PromptMessage, sampling: SamplingOptions): Generation {
    const { model, now } = this.parts;
    const { promptTokens, sampler, answer } = model.open(prompt, sampling);
    const room = model.contextTokens - promptTokens.length;
    const { isEnd } = model;
    return new Generation({ id, promptTokens, sampling, sampler, answer, isEnd, room, startedAt: now() });
  }

  private wake(): void {
    if (!this.running) void this.run();
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.table.isBusy) {
      this.parts.beforeStep();
      const left = this.heed();
      await this.step(left);
      await this.parts.room();
    }
    this.running = false;
  }

  /** Does what callers wished for since the last step, then begins what has arrived. */
  private heed(): FinishReport[] {
    const finished: FinishReport[] = [];
    for (const slot of this.table.wished()) {
      const generation = slot.generation!;
      if (slot.wish === 'cancel') finished.push(this.finish(slot, generation, 'cancelled'));
      else if (this.table.park(slot)) this.parts.send({ kind: 'parked', id: generation.id });
    }
    for (const slot of this.table.arrived()) this.begin(slot, slot.generation!);
    return finished;
  }

  private begin(slot: Slot, generation: Generation): void {
    const { reproducible } = generation.sampling;
    if (generation.scoresPrompt) generation.dropPromptScores();
    const cachedInputTokens = slot.begin(!reproducible && !generation.scoresPrompt);
    if (generation.begun) return;
    generation.begun = true;
    const { id, promptLength } = generation;
    this.parts.send({ kind: 'begun', id, inputTokens: promptLength, cachedInputTokens });
  }

  private async step(left: readonly FinishReport[]): Promise<void> {
    const { now, model } = this.parts;
    const startedAt = now();
    const rows = this.plan();
    const advances = await this.evaluate(rows);
    const texts: TextReport[] = [];
    const finished = [...left];
    for (const { slot, generation, advance } of advances) {
      if (!advance) continue;
      texts.push(advance.report);
      if (advance.finish) finished.push(this.finish(slot, generation, advance.finish));
    }
    const promptTokens = rows.reduce((sum, { row, decodes }) => sum + (decodes ? 0 : row.tokens.length), 0);
    const sampledTokens = texts.reduce((sum, { tokens }) => sum + tokens, 0);
    const work = { promptTokens, sampledTokens, durationMs: now() - startedAt, batches: model.takeBatches() };
    this.pace.onStep(work);
    this.report(texts, finished, work);
  }

  private plan(): PlannedRow[] {
    const { alone, besideDecode } = this.pace.slices();
    const limits = { batch: this.parts.model.batchTokens, slice: alone, sliceBesideDecode: besideDecode };
    return planStep(this.table.running().map(needOf), limits).map(({ id, tokens }) => {
      const slot = this.table.slots[id]!;
      return { slot, generation: slot.generation!, decodes: slot.decodes, row: slot.row(tokens) };
    });
  }

  private async evaluate(rows: readonly PlannedRow[]): Promise<Advanced[]> {
    if (rows.length === 0) return [];
    const { decoder } = this.parts.model;
    const decode = () => decoder.decode(rows.map(({ row }) => row));
    try {
      const outputs = await (this.parts.exclusive ? this.parts.exclusive(decode) : decode());
      const at = this.parts.now();
      for (const { slot, row } of rows) slot.evaluated(row, at);
      return await this.advanceAll(rows, outputs);
    } catch (error) {
      for (const { slot, generation } of rows) {
        slot.forget();
        this.fail(slot, generation, error);
      }
      return [];
    }
  }

  /**
   * One row that has an output goes first, alone: the first look at a batch's outputs puts them into their order inside
   * of llama.cpp, and samplers on other threads would see them move.
   */
  private async advanceAll(rows: readonly PlannedRow[], outputs: readonly (readonly Output[])[]): Promise<Advanced[]> {
    const first = outputs.findIndex((row) => row.length > 0);
    const ordered = rows[first] && (await this.advance(rows[first], outputs[first] ?? []));
    return Promise.all(
      rows.map((planned, index) =>
        index === first && ordered ? ordered : this.advance(planned, outputs[index] ?? []),
      ),
    );
  }

  private async advance({ slot, generation, row }: PlannedRow, outputs: readonly Output[]): Promise<Advanced> {
    try {
      return { slot, generation, advance: await this.sample(generation, row, outputs) };
    } catch (error) {
      this.fail(slot, generation, error);
      return { slot, generation, advance: undefined };
    }
  }

  private async sample(
    generation: Generation,
    row: DecodeRow,
    outputs: readonly Output[],
  ): Promise<Advance | undefined> {
    if (generation.scoresPrompt) generation.addPromptScores(await this.scores.ofPrompt(generation, row, outputs));
    const isLast = row.start + row.tokens.length === generation.tokens.length;
    const output = outputs.at(-1);
    if (!isLast || output === undefined) return undefined;
    if (generation.scoresOnly) return generation.finishScored(this.parts.now());
    const token = await generation.sampler.sample(output);
    const { topLogprobs } = generation.sampling;
    const logprob = topLogprobs === undefined ? undefined : await this.scores.ofToken(output, token, topLogprobs);
    return generation.take(token, this.parts.now(), logprob);
  }

  private finish(slot: Slot, generation: Generation, reason: FinishReason): FinishReport {
    this.table.leave(slot);
    return this.close(generation, reason);
  }

  private close(generation: Generation, reason: FinishReason): FinishReport {
    generation.sampler[Symbol.dispose]();
    return generation.report(reason, this.parts.now());
  }

  private fail(slot: Slot, generation: Generation, error: unknown): void {
    if (slot.generation !== generation) return;
    this.table.leave(slot);
    generation.sampler[Symbol.dispose]();
    this.parts.send({ kind: 'refused', id: generation.id, failure: failureOf(error) });
  }

  private report(texts: readonly TextReport[], finished: readonly FinishReport[], work: Work): void {
    const kvUsage = this.table.usedTokens / (this.parts.slots * this.parts.model.contextTokens);
    this.parts.send({ kind: 'step', texts, finished, kvUsage, ...work });
  }
}

interface Work {
  readonly promptTokens: number;
  readonly sampledTokens: number;
  readonly durationMs: number;
  readonly batches: readonly number[];
}

const noWork: Work = { promptTokens: 0, sampledTokens: 0, durationMs: 0, batches: [] };

interface PlannedRow {
  readonly slot: Slot;
  readonly generation: Generation;
  readonly decodes: boolean;
  readonly row: DecodeRow;
}

interface Advanced {
  readonly slot: Slot;
  readonly generation: Generation;
  readonly advance: Advance | undefined;
}

function needOf(slot: Slot): StepNeed {
  const promptLeft = slot.decodes ? 0 : slot.left;
  return { id: slot.sequence, promptLeft, ...(slot.generation?.scoresPrompt ? { most: SCORED_SLICE } : {}) };
}
