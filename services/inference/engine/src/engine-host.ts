import { BatchLoop } from './batch-loop.js';
import { Channel } from './channel.js';
import { ChildError, failureOf } from './child-error.js';
import { LoadedModel } from './loaded-model.js';
import { ThreadGovernor, type ProcessorTimes } from './thread-governor.js';
import type { ChildMessage, LoadOptions, ParentMessage } from './protocol.js';

export interface EngineHostParts {
  readonly write: (message: ChildMessage, written: () => void) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Bytes of memory that this process may still take. */
  readonly availableMemory: () => number;
  readonly processorTimes: () => ProcessorTimes;
}

/** Answers the parent's messages with one loaded model. */
export class EngineHost {
  private readonly channel: Channel;
  private engine: { readonly model: LoadedModel; readonly loop: BatchLoop } | undefined;

  constructor(private readonly parts: EngineHostParts) {
    this.channel = new Channel(parts.write);
  }

  receive(message: ParentMessage): void {
    if (message.kind === 'load') void this.load(message.options);
    else if (message.kind === 'submit') this.loaded().loop.submit(message.id, message.prompt, message.sampling);
    else if (message.kind === 'cancel') this.loaded().loop.cancel(message.id);
    else this.count(message);
  }

  private async load(options: LoadOptions): Promise<void> {
    const { now, availableMemory, processorTimes } = this.parts;
    const { send, room } = this.channel;
    const started = now();
    try {
      const model = await LoadedModel.load(options, availableMemory);
      const governor = new ThreadGovernor(model.threads, processorTimes, now, (threads) => (model.threads = threads));
      const beforeStep = () => governor.tick();
      this.engine = { model, loop: new BatchLoop({ model, slots: options.slots, now, send, room, beforeStep }) };
      send({ kind: 'ready', contextTokens: model.contextTokens, slots: options.slots, loadMs: now() - started });
    } catch (error) {
      send({ kind: 'load_failed', failure: failureOf(error) });
    }
  }

  private count({ id, prompt }: ParentMessage & { kind: 'count' }): void {
    try {
      this.channel.send({ kind: 'counted', id, tokens: this.loaded().model.tokenize(prompt).length });
    } catch (error) {
      this.channel.send({ kind: 'refused', id, failure: failureOf(error) });
    }
  }

  private loaded() {
    if (!this.engine) throw new ChildError('engine_failed', 'No model is loaded.');
    return this.engine;
  }
}
