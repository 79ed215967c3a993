import type { PlacedToolCall, ToolCallDelta } from './attempt.js';

/** Puts the calls of one answer together from their pieces. Engines write one call after the other. */
export class ToolCallParts {
  readonly #calls = new Map<number, { id: string; name: string; arguments: string }>();

  /** Calls that are complete by now, each told once: the ones before that which is being written. */
  add({ index, id, name, arguments: text }: ToolCallDelta): PlacedToolCall[] {
    const finished = [...this.#calls.keys()].filter((position) => position !== index);
    const done = finished.map((position) => this.#take(position));
    const call = this.#calls.get(index);
    this.#calls.set(index, {
      id: call?.id || id,
      name: call?.name || name,
      arguments: (call?.arguments ?? '') + text,
    });
    return done;
  }

  /** The calls that were still being written: the answer is complete. */
  end(): PlacedToolCall[] {
    return [...this.#calls.keys()].map((position) => this.#take(position));
  }

  #take(index: number): PlacedToolCall {
    const call = this.#calls.get(index) ?? { id: '', name: '', arguments: '' };
    this.#calls.delete(index);
    return { index, ...call };
  }
}
