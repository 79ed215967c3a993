import { linkV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallFlow, INITIAL_CREDIT_BYTES } from './call-flow.js';
import { FrameWriter } from './frame-writer.js';
import { Inbox } from './inbox.js';
import { decodeBatch, encodeBatch } from './batch-codec.js';

type Frame = linkV1.Frame;
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A writer whose hop takes a batch only when told. */
function hop() {
  const batches: Frame[][] = [];
  const sent: (() => void)[] = [];
  const writer = new FrameWriter((frames, done) => {
    batches.push(frames);
    sent.push(done);
  });
  return { batches, writer, sendAll: () => sent.splice(0).forEach((done) => done()) };
}

describe('an inbox', () => {
  it('gives everything in order, then its end', async () => {
    const inbox = new Inbox();
    inbox.push(Buffer.from('a'));
    const waiting = [inbox.next(), inbox.next(), inbox.next()];
    inbox.push(Buffer.from('b'));
    inbox.end();
    const steps = await Promise.all(waiting);
    expect(steps.map((step) => (step.done ? 'end' : step.value.toString()))).toEqual(['a', 'b', 'end']);
  });

  it('gives what waits before the error it ended with, and drops it for one that comes at once', async () => {
    const error = new WeirError('cancelled', 'x');
    const ended = new Inbox();
    ended.push(Buffer.from('a'));
    ended.end(error);
    expect((await ended.next()).done).toBe(false);
    await expect(ended.next()).rejects.toBe(error);
    const failed = new Inbox();
    failed.push(Buffer.from('a'));
    failed.fail(error);
    expect(failed.bytes).toBe(0);
    await expect(failed.next()).rejects.toBe(error);
  });

  it('wakes a waiting reader for a failure, an end and when it leaves', async () => {
    const error = new WeirError('cancelled', 'x');
    const [failed, ended, left] = [new Inbox(), new Inbox(), new Inbox()];
    const steps = [failed.next().catch((reason: unknown) => reason), ended.next(), left.next()];
    failed.fail(error);
    ended.end();
    await left.return();
    expect(await Promise.all(steps)).toMatchObject([error, { done: true }, { done: true }]);
    left.push(Buffer.from('late'));
    expect(left.bytes).toBe(0);
  });

  it('tells of bytes when they leave, not when they come', async () => {
    const consumed: number[] = [];
    const inbox = new Inbox((bytes) => consumed.push(bytes));
    inbox.push(Buffer.alloc(5));
    expect([inbox.bytes, consumed]).toEqual([5, []]);
    await inbox.next();
    expect([inbox.bytes, consumed]).toEqual([0, [5]]);
  });
});

describe('a frame writer', () => {
  it('puts the frames of one turn into one batch, in order', async () => {
    const { batches, writer } = hop();
    for (const callId of [1, 2, 3]) writer.push(callId, { $case: 'halfClose', value: {} });
    expect(batches).toHaveLength(0);
    await turn();
    expect(batches.map((batch) => batch.map((frame) => frame.callId))).toEqual([[1, 2, 3]]);
  });

  it('gathers while the hop is busy, in batches of bounded size', async () => {
    const { batches, writer, sendAll } = hop();
    const value = Buffer.alloc(30_000);
    for (let round = 0; round < 40; round += 1) {
      writer.push(round, { $case: 'message', value });
      await turn();
    }
    expect(batches).toHaveLength(4);
    while (batches.flat().length < 40) {
      sendAll();
      await turn();
    }
    expect(batches.flat().map((frame) => frame.callId)).toEqual(Array.from({ length: 40 }, (_, index) => index));
    expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(3);
  });

  it('writes all that is left at its end, and nothing after', async () => {
    const { batches, writer } = hop();
    writer.push(1, { $case: 'halfClose', value: {} });
    writer.finish();
    writer.push(2, { $case: 'halfClose', value: {} });
    await turn();
    expect(batches.flat().map((frame) => frame.callId)).toEqual([1]);
  });
});

describe('the credit of a call', () => {
  it('never lets more wait at the reader than the credit and one message', async () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.array(fc.boolean(), { maxLength: 120 }), async (messages, reads) => {
        const there = hop();
        const receiver = new CallFlow(1, there.writer);
        const sender = new CallFlow(1, hop().writer);
        const turns = [...reads, ...messages.map(() => true)];
        let next = 0;
        for (const read of turns) {
          while (next < messages.length && sender.hasRoom) {
            const message = Buffer.alloc(messages[next++] ?? 0);
            sender.send(message);
            receiver.received(message);
          }
          expect(receiver.inbox.bytes).toBeLessThanOrEqual(INITIAL_CREDIT_BYTES + 100_000);
          if (!read || receiver.inbox.bytes === 0) continue;
          await receiver.inbox.next();
          await turn();
          there.sendAll();
          for (const { step } of there.batches.splice(0).flat())
            if (step?.$case === 'credit') sender.granted(step.value.bytes);
        }
        expect(next).toBe(messages.length);
      }),
      { numRuns: 40 },
    );
  });

  it('wakes who waits for room when it is granted or the call closes', async () => {
    for (const wake of [(flow: CallFlow) => flow.granted(300_000), (flow: CallFlow) => flow.close()]) {
      const flow = new CallFlow(1, hop().writer);
      flow.send(Buffer.alloc(INITIAL_CREDIT_BYTES));
      expect(flow.hasRoom).toBe(false);
      const waiting = flow.room();
      wake(flow);
      await waiting;
      expect(flow.hasRoom).toBe(true);
    }
  });

  it('is not exceeded without an error, even by empty messages', () => {
    const flow = new CallFlow(1, hop().writer);
    const fill = () => {
      for (let count = 0; count < 20_000; count += 1) flow.received(Buffer.alloc(0));
    };
    expect(fill).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });
});

const text = fc.string({ unit: 'grapheme' });
const step = fc.oneof(
  fc.record({ $case: fc.constant('message' as const), value: fc.uint8Array().map((bytes) => Buffer.from(bytes)) }),
  fc.record({ $case: fc.constant('halfClose' as const), value: fc.constant({}) }),
  fc.record({ $case: fc.constant('cancel' as const), value: fc.constant({}) }),
  fc.record({ $case: fc.constant('credit' as const), value: fc.record({ bytes: fc.nat() }) }),
  fc.record({
    $case: fc.constant('open' as const),
    value: fc.record({ method: text, timeoutMs: fc.nat(), metadata: fc.constant({ a: 'b', 'x-c': 'ü' }) }),
  }),
  fc.record({
    $case: fc.constant('status' as const),
    value: fc.record({
      code: fc.nat(16),
      message: text,
      errorCode: text,
      param: text,
      retryAfterMs: fc.nat(),
      detailsJson: text,
    }),
  }),
);

describe('a batch on the wire', () => {
  it('is what the generated codec of the proto reads and writes', () => {
    const frames = fc.array(fc.record({ callId: fc.nat(0xffff_ffff), step }), { maxLength: 10 });
    fc.assert(
      fc.property(frames, (sent) => {
        const bytes = encodeBatch(sent);
        expect(linkV1.ConnectRequest.decode(bytes)).toEqual({ frames: sent });
        expect(decodeBatch(Buffer.from(linkV1.ConnectResponse.encode({ frames: sent }).finish()))).toEqual(sent);
      }),
    );
  });
});
