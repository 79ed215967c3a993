import { WeirError } from '@weir/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Placement } from '../client/record-producer.js';
import type { OutgoingRecord } from '../wire/record.js';
import { Batcher } from './batcher.js';

const limits = { maxRecords: 3, maxBytes: 100, maxWaitingRecords: 6, maxWaitingBytes: 400 };
const recordOf = (value: string): OutgoingRecord => ({ topic: 't', key: null, value, headers: {} });

/** A sender that answers when it is told to. */
class HeldSender {
  readonly requests: { values: string[]; answer(error?: unknown): void }[] = [];
  #offset = 0;

  send(records: readonly OutgoingRecord[]): Promise<Placement[]> {
    return new Promise((resolve, reject) => {
      const values = records.map((record) => String(record.value));
      const answer = (error?: unknown) =>
        error === undefined
          ? resolve(values.map(() => ({ topic: 't', partition: 0, offset: String(this.#offset++) })))
          : reject(error);
      this.requests.push({ values, answer });
    });
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('Batcher', () => {
  it('lets a record linger until one comes that may not, and keeps their order', async () => {
    const sender = new HeldSender();
    const batcher = new Batcher(sender, limits);
    batcher.offer(recordOf('a'), 60_000);
    await turn();
    expect(sender.requests).toEqual([]);
    batcher.offer(recordOf('b'));
    batcher.offer(recordOf('c'), 60_000);
    await turn();
    expect(sender.requests.map(({ values }) => values)).toEqual([['a', 'b', 'c']]);
    batcher.offer(recordOf('d'), 60_000);
    sender.requests[0]?.answer();
    await turn();
    expect(sender.requests).toHaveLength(1);
    const idle = batcher.idle();
    await turn();
    expect(sender.requests[1]?.values).toEqual(['d']);
    sender.requests[1]?.answer();
    await idle;
  });

  it('sends a lingering record when its time is over', async () => {
    const sender = new HeldSender();
    const batcher = new Batcher(sender, limits);
    const waiting = batcher.offer(recordOf('a'), 1);
    while (sender.requests.length === 0) await turn();
    sender.requests[0]?.answer();
    expect((await waiting?.placement)?.offset).toBe('0');
  });

  it('sends at once, and together what comes while a request is in flight', async () => {
    const sender = new HeldSender();
    const batcher = new Batcher(sender, limits);
    const first = batcher.offer(recordOf('a'));
    await turn();
    const rest = ['b', 'c', 'd', 'e'].map((value) => batcher.offer(recordOf(value)));
    await turn();
    expect(sender.requests.map(({ values }) => values)).toEqual([['a']]);
    sender.requests[0]?.answer();
    expect((await first?.placement)?.offset).toBe('0');
    await turn();
    expect(sender.requests[1]?.values).toEqual(['b', 'c', 'd']);
    sender.requests[1]?.answer();
    await turn();
    sender.requests[2]?.answer();
    expect((await rest[3]?.placement)?.offset).toBe('4');
    await batcher.idle();
  });

  it('refuses more than may wait, and takes what was withdrawn out of the queue', async () => {
    const sender = new HeldSender();
    const batcher = new Batcher(sender, limits);
    void batcher.offer(recordOf('in flight'));
    await turn();
    const waiting = Array.from({ length: 6 }, (_, index) => batcher.offer(recordOf(String(index))));
    expect(waiting.every(Boolean)).toBe(true);
    expect(batcher.offer(recordOf('one too many'))).toBeUndefined();
    waiting[1]?.withdraw();
    waiting[1]?.withdraw();
    expect(batcher.offer(recordOf('6'))).toBeDefined();
    expect(batcher.offer(recordOf('x'.repeat(400)))).toBeUndefined();
    sender.requests[0]?.answer();
    await turn();
    expect(sender.requests[1]?.values).toEqual(['0', '2', '3']);
  });

  it('tells everybody in a request of its failure and goes on with the next', async () => {
    const sender = new HeldSender();
    const batcher = new Batcher(sender, limits);
    const failing = [batcher.offer(recordOf('a')), batcher.offer(recordOf('b'))].map((waiting) =>
      waiting?.placement.catch((error: WeirError) => error.code),
    );
    await turn();
    const later = batcher.offer(recordOf('c'));
    sender.requests[0]?.answer(new WeirError('peer_unavailable', 'away'));
    expect(await Promise.all(failing)).toEqual(['peer_unavailable', 'peer_unavailable']);
    await turn();
    sender.requests[1]?.answer();
    expect((await later?.placement)?.offset).toBe('0');
  });

  it('keeps the order and the bounds of each request, for records of any size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 6 }), async (sizes) => {
        const sender = new HeldSender();
        const batcher = new Batcher(sender, { ...limits, maxWaitingBytes: 10_000 });
        const values = sizes.map((size, index) => String(index).padEnd(size, '.'));
        for (const value of values) batcher.offer(recordOf(value));
        const sent: string[] = [];
        for (let request = 0; sent.length < values.length; request++) {
          await turn();
          const { values: batch, answer } = sender.requests[request]!;
          sent.push(...batch);
          expect(batch.length).toBeLessThanOrEqual(limits.maxRecords);
          if (batch.length > 1) expect(batch.join('').length).toBeLessThanOrEqual(limits.maxBytes);
          answer();
        }
        expect(sent).toEqual(values);
        await batcher.idle();
      }),
    );
  });
});
