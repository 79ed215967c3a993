import type { Source } from '@weir/config';
import { asWeirError } from '@weir/errors';
import type { CallOptions } from '../rpc/call.js';
import type { Client, ServiceDefinition } from '../rpc/definition.js';
import { methodPath } from '../server/served-method.js';
import { prepare, type ClientMethod, type Transport } from './outgoing.js';

export interface ClientParts {
  /** Looked up at each call; throws WeirError when there is no way to the service. */
  readonly transport: () => Transport;
  readonly source: Source;
  readonly unaryTimeoutMs: number;
}

/** One function per method of the definition. */
export function buildClient<Def extends ServiceDefinition>(definition: Def, parts: ClientParts): Client<Def> {
  const calls = Object.entries(definition.methods).map(([key, { name, ...method }]) => {
    const known: ClientMethod = { ...method, path: methodPath(definition, name) };
    return [key, method.responseStream ? streaming(known, parts) : single(known, parts)] as const;
  });
  return Object.fromEntries(calls) as Client<Def>;
}

function single(method: ClientMethod, parts: ClientParts) {
  const timeoutMs = method.requestStream ? undefined : parts.unaryTimeoutMs;
  return async (input: unknown, options: CallOptions = {}): Promise<unknown> => {
    const out = prepare(options, parts.source.now(), timeoutMs);
    return parts.transport().single(method, input, out);
  };
}

function streaming(method: ClientMethod, parts: ClientParts) {
  return (input: unknown, options: CallOptions = {}): AsyncIterableIterator<unknown> =>
    new StreamedAnswer(() => {
      const out = prepare(options, parts.source.now(), undefined);
      return parts.transport().stream(method, input, out);
    });
}

/** Starts its call at the first `next`, so that an answer that nobody reads costs nothing. One iteration. */
class StreamedAnswer implements AsyncIterableIterator<unknown> {
  readonly #start: () => AsyncIterator<unknown>;
  #answers: AsyncIterator<unknown> | undefined;
  #over = false;

  constructor(start: () => AsyncIterator<unknown>) {
    this.#start = start;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<unknown, undefined>> {
    if (this.#over) return { done: true, value: undefined };
    try {
      this.#answers ??= this.#start();
      const step = await this.#answers.next();
      if (!step.done) return { done: false, value: step.value };
    } catch (error) {
      this.#over = true;
      throw asWeirError(error);
    }
    this.#over = true;
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<unknown, undefined>> {
    if (!this.#over) {
      this.#over = true;
      await this.#answers?.return?.();
    }
    return { done: true, value: undefined };
  }
}
