import { BatchLoop } from './batch/batch-loop.js';
import { Channel } from './channel.js';
import { ChildError, failureOf } from './child-error.js';
import { LoadedModel } from './model/loaded-model.js';
import type { ChildMessage, LoadOptions, ParentMessage } from './protocol.js';
import { ThreadGovernor, type ProcessorTimes } from './thread-governor.js';

export interface EngineHostParts {
  readonly write: (message: ChildMessage, written: () => void) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Bytes of memory that this process may still take. */
  readonly availableMemory: () => number;
  readonly processorTimes: () => ProcessorTimes;
  /** At least 0, below 1; not to be guessed. */
  readonly random: () => number;
}

type Question = ParentMessage & { readonly kind: 'count' | 'tokenize' | 'detokenize' };
type EmbedMessage = ParentMessage & { readonly kind: 'embed' };

/** Answers the parent's messages with one loaded model. */
export class EngineHost {
  private readonly channel: Channel;
  private readonly embeds = new Map<number, AbortController>();
  private engine: { readonly model: LoadedModel; readonly loop: BatchLoop; readonly tick: () => void } | undefined;

  constructor(private readonly parts: EngineHostParts) {
    this.channel = new Channel(parts.write);
  }

  receive(message: ParentMessage): void {
    switch (message.kind) {
      case 'load':
        return void this.load(message.options);
      case 'submit':
        return this.loaded().loop.submit(message.id, message.prompt, message.sampling);
      case 'cancel':
        return this.cancel(message.id);
      case 'park':
        return this.loaded().loop.park(message.id);
      case 'unpark':
        return this.loaded().loop.unpark(message.id);
      case 'embed':
        return void this.embed(message);
      default:
        return this.answer(message);
    }
  }

  private async load(options: LoadOptions): Promise<void> {
    const { now, processorTimes } = this.parts;
    const { send, room } = this.channel;
    const started = now();
    try {
      const model = await LoadedModel.load(options, this.parts);
      const governor = new ThreadGovernor(model.threads, processorTimes, now, (threads) => (model.threads = threads));
      const tick = () => governor.tick();
      const { slots } = options;
      const loop = new BatchLoop({ model, slots, now, send, room, beforeStep: tick, exclusive: model.exclusive });
      this.engine = { model, loop, tick };
      const { contextTokens, device, tokenizer } = model;
      send({ kind: 'ready', contextTokens, slots, loadMs: now() - started, device, tokenizer: tokenizer.report() });
    } catch (error) {
      send({ kind: 'load_failed', failure: failureOf(error) });
    }
  }

  private cancel(id: number): void {
    const embed = this.embeds.get(id);
    if (embed) embed.abort();
    else this.loaded().loop.cancel(id);
  }

  private async embed({ id, input }: EmbedMessage): Promise<void> {
    const stop = new AbortController();
    this.embeds.set(id, stop);
    try {
      const { model, tick } = this.loaded();
      tick();
      this.channel.send({ kind: 'embedded', id, ...(await model.embed(input, stop.signal)) });
    } catch (error) {
      this.channel.send({ kind: 'refused', id, failure: failureOf(error) });
    } finally {
      this.embeds.delete(id);
    }
  }

  private answer(question: Question): void {
    const { id } = question;
    try {
      this.channel.send(this.answerTo(question));
    } catch (error) {
      this.channel.send({ kind: 'refused', id, failure: failureOf(error) });
    }
  }

  private answerTo(question: Question): ChildMessage {
    const { tokenizer, contextTokens } = this.loaded().model;
    const { id } = question;
    if (question.kind === 'detokenize') return { kind: 'detokenized', id, text: tokenizer.textOf(question.tokens) };
    if (question.kind === 'count')
      return { kind: 'counted', id, tokens: tokenizer.promptTokens(question.prompt, contextTokens).length };
    return { kind: 'tokenized', id, tokens: tokenizer.tokenize(question.prompt, question.special, contextTokens) };
  }

  private loaded() {
    if (!this.engine) throw new ChildError('engine_failed', 'No model is loaded.');
    return this.engine;
  }
}
