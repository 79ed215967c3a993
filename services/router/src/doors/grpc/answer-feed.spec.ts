import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleToken } from '../../../test/sample-run.js';
import type { AnswerDelta } from '../../routing/attempt.js';
import { AnswerFeed } from './answer-feed.js';

async function read(feed: AnswerFeed): Promise<AnswerDelta[]> {
  const deltas: AnswerDelta[] = [];
  for await (const delta of feed) deltas.push(delta);
  return deltas;
}

describe('AnswerFeed', () => {
  it('joins text of one choice that waits, and nothing else', async () => {
    const feed = new AnswerFeed();
    const logprobs = [sampleToken('e')];
    const toolCalls = [{ index: 0, id: 'c', name: 'n', arguments: '{}' }];
    for (const delta of [
      { index: 0, text: 'a' },
      { index: 0, text: 'b' },
      { index: 1, text: 'c' },
      { index: 0, text: 'd' },
      { index: 0, text: 'e', logprobs },
      { index: 0, text: '', toolCalls },
    ]) {
      feed.push(delta);
    }
    feed.end();
    expect(await read(feed)).toEqual([
      { index: 0, text: 'ab' },
      { index: 1, text: 'c' },
      { index: 0, text: 'd' },
      { index: 0, text: 'e', logprobs },
      { index: 0, text: '', toolCalls },
    ]);
  });

  it('joins thoughts with thoughts only', async () => {
    const feed = new AnswerFeed();
    const thought = { index: 0, text: '', reasoning: 'a' };
    for (const delta of [thought, thought, { index: 0, text: 'b' }, thought]) feed.push(delta);
    feed.end();
    expect(await read(feed)).toEqual([{ ...thought, reasoning: 'aa' }, { index: 0, text: 'b' }, thought]);
  });

  it('loses and repeats nothing, however it is read', async () => {
    const piece = fc.record({ index: fc.nat(2), text: fc.string({ minLength: 1, maxLength: 3 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(piece), fc.array(fc.boolean()), async (pieces, pauses) => {
        const feed = new AnswerFeed();
        const reading = read(feed);
        for (const [at, delta] of pieces.entries()) {
          feed.push(delta);
          if (pauses[at]) await Promise.resolve();
        }
        feed.end();
        const got = await reading;
        for (const index of [0, 1, 2]) {
          const textOf = (deltas: AnswerDelta[]) =>
            deltas.map((delta) => (delta.index === index ? delta.text : '')).join('');
          expect(textOf(got)).toBe(textOf(pieces));
        }
      }),
    );
  });

  it('makes all writers wait while too much waits, and lets them go when it was read', async () => {
    const feed = new AnswerFeed();
    expect(feed.push({ index: 0, text: 'a' })).toBeUndefined();
    const full = feed.push({ index: 0, text: 'x'.repeat(70_000) });
    expect(feed.push({ index: 1, text: 'b' })).toBe(full);
    const iterator = feed[Symbol.asyncIterator]();
    await iterator.next();
    await full;
    expect(feed.push({ index: 0, text: 'c' })).toBeUndefined();
  });

  it('lets writers go when its reader has left', async () => {
    const feed = new AnswerFeed();
    const full = feed.push({ index: 0, text: 'x'.repeat(70_000) });
    feed.close();
    await full;
    expect(feed.push({ index: 0, text: 'x'.repeat(70_000) })).toBeUndefined();
    expect(await read(feed)).toEqual([]);
  });
});
