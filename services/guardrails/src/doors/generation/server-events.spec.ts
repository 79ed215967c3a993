import { EventEmitter } from 'node:events';
import { WeirError } from '@weir/errors';
import { beforeEach, describe, expect, it } from 'vitest';
import { DONE, withEvents, type SendEvents } from './server-events.http.js';

/** What of Fastify's reply an answer of events takes. */
class FakeReply extends EventEmitter {
  readonly raw = this;
  readonly sent: string[] = [];
  hijacked = 0;
  status = 0;
  headers: Readonly<Record<string, string>> = {};
  ended = 0;
  destroyed = false;

  hijack() {
    this.hijacked += 1;
  }
  getHeaders() {
    return { 'x-request-id': 'request' };
  }
  writeHead(status: number, headers: Record<string, string>) {
    this.status = status;
    this.headers = headers;
  }
  write(text: string) {
    this.sent.push(text);
    return true;
  }
  end() {
    this.ended += 1;
  }
}

async function* events(count: number, failure?: Error): AsyncGenerator<object> {
  for (let at = 0; at < count; at++) yield { at };
  if (failure) throw failure;
}

describe('an answer of events', () => {
  let reply: FakeReply;
  beforeEach(() => {
    reply = new FakeReply();
  });
  const answer = (work: (send: SendEvents) => Promise<void>, last = DONE) => withEvents(reply as never, last, work);

  it('is one event for each object, and its end', async () => {
    await answer((send) => send(events(2)));
    expect(reply.sent).toEqual(['data: {"at":0}\n\n', 'data: {"at":1}\n\n', 'data: [DONE]\n\n']);
    expect(reply).toMatchObject({ status: 200, hijacked: 1, ended: 1 });
    expect(reply.headers).toMatchObject({
      'x-request-id': 'request',
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
    });
  });

  it('has an end without events, and no word for it where none is wanted', async () => {
    await answer((send) => send(events(0)));
    expect(reply.sent).toEqual([DONE]);
    const silent = (reply = new FakeReply());
    await answer((send) => send(events(1)), '');
    expect(silent.sent).toEqual(['data: {"at":0}\n\n']);
    expect(silent.ended).toBe(1);
  });

  it('leaves an error before the first event to the framework, which still has the status', async () => {
    const failure = new WeirError('model_not_found', 'no such');
    await expect(answer((send) => send(events(0, failure)))).rejects.toBe(failure);
    expect(reply).toMatchObject({ sent: [], hijacked: 0, ended: 0, status: 0 });
  });

  it('tells a later error as an event, and ends as usual', async () => {
    await answer((send) => send(events(1, new WeirError('engine_failed', 'The engine broke.'))));
    const { httpStatus } = new WeirError('engine_failed', '');
    expect(reply.sent).toEqual([
      'data: {"at":0}\n\n',
      `event: error\ndata: {"code":${httpStatus},"details":"The engine broke."}\n\n`,
      DONE,
    ]);
    expect(reply.ended).toBe(1);
  });

  it('says nothing of what an unexpected error is about', async () => {
    await answer((send) => send(events(1, new TypeError('secret of the house'))));
    expect(reply.sent[1]).toMatch(/^event: error\ndata: \{"code":500,/);
    expect(reply.sent.join('')).not.toContain('secret');
  });

  it('takes nothing over where the work answers by itself', async () => {
    await answer(async () => {});
    expect(reply).toMatchObject({ hijacked: 0, ended: 0, sent: [] });
  });

  it('writes nothing to a client that left', async () => {
    reply.destroyed = true;
    await answer((send) => send(events(3)));
    expect(reply).toMatchObject({ sent: [], ended: 0 });
  });
});
