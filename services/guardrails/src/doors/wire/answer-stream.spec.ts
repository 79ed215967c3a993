import { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { AnswerStream } from './answer-stream.http.js';

class FakeResponse extends EventEmitter {
  readonly written: string[] = [];
  full = false;
  destroyed = false;
  ended = 0;
  writeHead(): this {
    return this;
  }
  write(text: string): boolean {
    this.written.push(text);
    return !this.full;
  }
  end(): this {
    this.ended += 1;
    return this;
  }
}

function opened() {
  const response = new FakeResponse();
  let begun = 0;
  const stream = new AnswerStream(response as never, () => void (begun += 1));
  return { response, stream, begun: () => begun };
}

describe('AnswerStream', () => {
  it('begins with its first piece, once', async () => {
    const { stream, begun, response } = opened();
    expect([stream.started, begun()]).toEqual([false, 0]);
    await stream.send('a');
    await stream.send('b');
    stream.end();
    expect([stream.started, begun(), response.ended]).toEqual([true, 1, 1]);
    expect(response.written).toEqual(['a', 'b']);
  });

  it.each(['drain', 'close'])('waits for a slow reader until %s', async (event) => {
    const { stream, response } = opened();
    response.full = true;
    let sent = false;
    const sending = stream.send('a').then(() => (sent = true));
    await nextTurn();
    expect(sent).toBe(false);
    response.emit(event);
    await sending;
    expect(response.eventNames()).toEqual([]);
  });

  it('lets others have their turn between two pieces', async () => {
    const { stream } = opened();
    let turns = 0;
    setImmediate(() => void (turns += 1));
    await stream.send('a');
    expect(turns).toBe(1);
  });

  it('writes nothing to who left', async () => {
    const { stream, response } = opened();
    response.destroyed = true;
    await stream.send('a');
    stream.end();
    expect([response.written, response.ended]).toEqual([[], 0]);
  });

  it('begins an answer of nothing when it ends', () => {
    const { stream, begun } = opened();
    stream.end();
    expect(begun()).toBe(1);
  });
});
