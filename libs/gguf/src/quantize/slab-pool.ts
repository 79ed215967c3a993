import { Worker } from 'node:worker_threads';
import { WeirError } from '@weir/errors';
import { convertSlab, type Slab } from './slab.js';
import type { SlabAnswer, SlabTask } from './slab-worker.js';

interface Waiter {
  resolve(bytes: Uint8Array<ArrayBuffer>): void;
  reject(error: WeirError): void;
}

/** Converts slabs in worker threads, or on the calling thread when it has none. Dispose it. */
export class SlabPool implements AsyncDisposable {
  private readonly threads: Worker[] = [];
  private readonly waiters = new Map<number, Waiter>();
  private next = 0;
  private failure: WeirError | undefined;

  /** @param workers 0 = on the calling thread */
  constructor(private readonly workers: number) {
    for (let i = 0; i < workers; i += 1) this.threads.push(this.start());
  }

  /** Slabs that are worth having under way at once. */
  get capacity(): number {
    return Math.max(1, 2 * this.workers);
  }

  /** @throws WeirError invalid_request for weights that the new type cannot hold, internal when a thread ends */
  async convert({ from, to, bytes }: Slab): Promise<Uint8Array<ArrayBuffer>> {
    if (this.failure) throw this.failure;
    const id = this.next;
    this.next += 1;
    const thread = this.threads[id % this.threads.length];
    if (!thread) return convertSlab({ from, to, bytes });
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
    this.waiters.set(id, { resolve, reject });
    thread.postMessage({ id, from, to, bytes } satisfies SlabTask, [bytes.buffer]);
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.failure ??= new WeirError('cancelled', 'The quantizer was closed.');
    await Promise.all(this.threads.map((thread) => thread.terminate()));
    this.failAll(this.failure);
  }

  private start(): Worker {
    // Built files whatever the process was started with: its options may tell it to load sources.
    const thread = new Worker(new URL('./slab-worker.js', import.meta.url), { execArgv: [] });
    thread.on('message', (answer: SlabAnswer) => {
      const waiter = this.waiters.get(answer.id);
      this.waiters.delete(answer.id);
      if ('bytes' in answer) waiter?.resolve(answer.bytes);
      else waiter?.reject(new WeirError('invalid_request', answer.problem));
    });
    thread.on('error', (cause) => this.failAll(new WeirError('internal', 'A quantizer thread failed.', { cause })));
    thread.on('exit', () => this.failAll(new WeirError('internal', 'A quantizer thread ended.')));
    return thread;
  }

  private failAll(error: WeirError): void {
    this.failure ??= error;
    for (const waiter of this.waiters.values()) waiter.reject(error);
    this.waiters.clear();
  }
}
