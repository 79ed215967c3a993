import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SseStream, type SseStreamOptions } from './sse-stream.http.js';

/** What a socket does, with its drain in the hands of the test. */
class Response extends EventEmitter {
  writes: string[] = [];
  status = 0;
  headers: Record<string, unknown> = {};
  writableLength = 0;
  destroyed = false;
  ended = false;
  /** Bytes stay in the buffer until `drain()`. */
  slow = false;

  writeHead(status: number, headers: Record<string, unknown>): this {
    this.status = status;
    this.headers = headers;
    return this;
  }

  write(text: string): boolean {
    this.writes.push(text);
    if (this.slow) this.writableLength += text.length;
    return !this.slow;
  }

  end(text: string): this {
    this.writes.push(text);
    this.ended = true;
    return this;
  }

  drain(): void {
    this.writableLength = 0;
    this.emit('drain');
  }
}

function open(bufferBytes = 100) {
  const response = new Response();
  const options = { response, headers: () => ({ 'x-a': 'b' }), keepAliveMs: 1_000, bufferBytes };
  return { response, stream: new SseStream(options as unknown as SseStreamOptions) };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'] }));
afterEach(() => void vi.useRealTimers());

describe('SseStream', () => {
  it('sends its first frame at once and the others of one turn together', () => {
    const { response, stream } = open();
    expect(stream.started).toBe(false);
    stream.send('1');
    expect(response.writes).toEqual(['1']);
    expect(response.status).toBe(200);
    expect(response.headers).toMatchObject({ 'x-a': 'b', 'content-type': 'text/event-stream; charset=utf-8' });
    stream.send('2');
    stream.send('3');
    expect(response.writes).toEqual(['1']);
    vi.runAllTicks();
    vi.advanceTimersToNextTimer();
    expect(response.writes).toEqual(['1', '23']);
  });

  it('ends with what waits, in order', () => {
    const { response, stream } = open();
    stream.send('1');
    stream.send('2');
    stream.end('3');
    expect(response.writes.join('')).toBe('123');
    expect(response.ended).toBe(true);
  });

  it('fills silence with comments, also before the first frame', () => {
    const { response, stream } = open();
    vi.advanceTimersByTime(2_000);
    expect(response.writes).toEqual([': keep-alive\n\n', ': keep-alive\n\n']);
    expect(stream.started).toBe(true);
    stream.close();
    vi.advanceTimersByTime(5_000);
    expect(response.writes).toHaveLength(2);
  });

  it('makes its writer wait for a slow reader, and goes on when that has read or left', async () => {
    const { response, stream } = open(10);
    response.slow = true;
    expect(stream.send('12345')).toBeUndefined();
    const full = stream.send('6789ab');
    let waited = false;
    void full?.then(() => (waited = true));
    await Promise.resolve();
    expect(waited).toBe(false);
    response.drain();
    await full;
    const again = stream.send('x'.repeat(11));
    response.emit('close');
    await again;
    expect(response.listenerCount('drain')).toBe(0);
    expect(response.listenerCount('close')).toBe(0);
  });

  it('makes all of its writers wait for the same room', async () => {
    const { response, stream } = open(1);
    response.slow = true;
    const waits = [stream.send('12'), stream.send('34'), stream.send('56')];
    expect(new Set(waits).size).toBe(1);
    expect(response.listenerCount('drain')).toBe(1);
    response.drain();
    await Promise.all(waits);
    expect(stream.send('7')).not.toBe(waits[0]);
  });

  it('writes nothing to a client that has left', async () => {
    const { response, stream } = open(1);
    stream.send('1');
    response.destroyed = true;
    await stream.send('22');
    vi.advanceTimersByTime(5_000);
    expect(response.writes).toEqual(['1']);
  });
});
