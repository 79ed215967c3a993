import { drained } from '@weir/bootstrap';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { KEEP_ALIVE } from './openai/openai-frames.js';

export interface SseStreamOptions {
  readonly response: Pick<
    ServerResponse,
    'writeHead' | 'write' | 'end' | 'once' | 'off' | 'writableLength' | 'destroyed'
  >;
  /** Asked once, just before the first byte. */
  readonly headers: () => OutgoingHttpHeaders;
  readonly keepAliveMs: number;
  /** Bytes that may wait for a slow reader. */
  readonly bufferBytes: number;
}

/** Server-sent events on one response: frames of one turn of the event loop leave together, silence is filled, bounded. */
export class SseStream {
  readonly #options: SseStreamOptions;
  readonly #keepAlive: NodeJS.Timeout;
  #started = false;
  #pending = '';
  #flushing: NodeJS.Immediate | undefined;
  /** One wait for all choices of an answer. */
  #drained: Promise<void> | undefined;

  constructor(options: SseStreamOptions) {
    this.#options = options;
    this.#keepAlive = setInterval(() => this.#write(KEEP_ALIVE), options.keepAliveMs).unref();
  }

  /** True once the status line has left, so that an error can only be a frame. */
  get started(): boolean {
    return this.#started;
  }

  /** A promise when the reader is slow: wait for it before the next frame. */
  send(frame: string): Promise<void> | undefined {
    if (!this.#started) {
      this.#write(frame);
    } else {
      this.#pending += frame;
      this.#flushing ??= setImmediate(() => this.#flush());
    }
    const { response, bufferBytes } = this.#options;
    return response.writableLength + this.#pending.length > bufferBytes ? this.#room() : undefined;
  }

  /** The last frame; closes the response. */
  end(frame: string): void {
    this.close();
    if (!this.#started) this.#start();
    const last = this.#pending + frame;
    this.#pending = '';
    this.#options.response.end(last);
  }

  /** Lets go of the timers; nothing is written any more. */
  close(): void {
    clearInterval(this.#keepAlive);
    clearImmediate(this.#flushing);
    this.#flushing = undefined;
  }

  #flush(): void {
    this.#flushing = undefined;
    const frames = this.#pending;
    this.#pending = '';
    if (frames) this.#write(frames);
  }

  #write(frames: string): void {
    if (this.#options.response.destroyed) return;
    if (!this.#started) this.#start();
    this.#options.response.write(frames);
    this.#keepAlive.refresh();
  }

  #start(): void {
    this.#started = true;
    this.#options.response.writeHead(200, {
      ...this.#options.headers(),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
  }

  #room(): Promise<void> | undefined {
    this.#flush();
    const { response } = this.#options;
    if (response.destroyed || response.writableLength === 0) return undefined;
    this.#drained ??= drained(response).finally(() => (this.#drained = undefined));
    return this.#drained;
  }
}
