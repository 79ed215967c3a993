import { WeirError } from '@weir/errors';
import type { CallContext, Handlers } from '../src/index.js';
import type { Echo, EchoDefinition } from './echo-service.js';

/** The echo service as the contract tests need it: it notes what it saw, and does what the text asks. */
export class EchoHandlers implements Handlers<EchoDefinition> {
  readonly calls: CallContext[] = [];
  readonly requests: Echo[] = [];
  readonly aborts: unknown[] = [];
  produced = 0;
  consumed = 0;
  requestsClosed = 0;

  async say(request: Echo, call: CallContext): Promise<Partial<Echo>> {
    this.#note(call);
    this.requests.push(request);
    if (request.text === 'throw typed') {
      throw new WeirError('rate_limit_exceeded', 'Zu viele Anfragen – später ✓ 100 %', {
        param: 'messages[0].naïve',
        retryAfterMs: 1234.2,
        details: { limit: 3, unit: 'µs', hard: true },
        cause: new RangeError('secret'),
      });
    }
    if (request.text === 'throw untyped') throw new TypeError('secret text');
    if (request.text === 'throw weird') throw new WeirError('not_found', `broken \ud800 ${'x'.repeat(5000)}`);
    if (request.text === 'headers') this.#answerMetadata(call);
    if (request.text === 'headers then throw') {
      this.#answerMetadata(call);
      throw new WeirError('already_exists', 'There is one.');
    }
    if (request.text === 'bad header') call.responseHeaders.set('x-bad', 'zwei\nZeilen');
    if (request.text === 'wait') await this.#aborted(call);
    if (request.text === 'ignore abort') await new Promise<void>(() => undefined);
    return { text: `you said ${request.text}`, count: request.count + 1, tags: request.tags };
  }

  async *list(request: Echo, call: CallContext): AsyncGenerator<Partial<Echo>> {
    this.#note(call);
    if (request.text === 'headers') this.#answerMetadata(call);
    const data = Buffer.alloc(Number(request.tags[0] ?? 0), 7);
    for (let count = 0; count < request.count; count += 1) {
      this.produced += 1;
      yield { count, data };
    }
    if (request.text === 'then throw')
      throw new WeirError('engine_failed', 'It broke.', { details: { sent: request.count } });
    if (request.text === 'then wait') await this.#aborted(call);
  }

  async collect(requests: AsyncIterable<Echo>, call: CallContext): Promise<Partial<Echo>> {
    this.#note(call);
    let count = 0;
    const tags: string[] = [];
    try {
      for await (const request of requests) {
        this.consumed += 1;
        if (request.text === 'enough') break;
        count += request.count;
        tags.push(request.text);
      }
    } catch (error) {
      this.aborts.push(error);
      throw error;
    }
    return { count, tags };
  }

  async *chat(requests: AsyncIterable<Echo>, call: CallContext): AsyncGenerator<Partial<Echo>> {
    this.#note(call);
    try {
      for await (const request of requests) {
        this.consumed += 1;
        if (request.text === 'pause') await this.#aborted(call);
        yield { text: request.text, count: request.count * 2 };
      }
    } finally {
      this.requestsClosed += 1;
    }
  }

  async closed(): Promise<Partial<Echo>> {
    return {};
  }

  async forClients(request: Echo, call: CallContext): Promise<Partial<Echo>> {
    this.#note(call);
    return request;
  }

  #note(call: CallContext): void {
    this.calls.push(call);
    call.signal.addEventListener('abort', () => this.aborts.push(call.signal.reason), { once: true });
  }

  #answerMetadata(call: CallContext): void {
    call.responseHeaders.set('x-head', 'first');
    call.responseTrailers.set('x-tail', 'last');
  }

  #aborted(call: CallContext): Promise<never> {
    return new Promise((_, reject) => {
      if (call.signal.aborted) reject(call.signal.reason as WeirError);
      call.signal.addEventListener('abort', () => reject(call.signal.reason as WeirError), { once: true });
    });
  }
}
