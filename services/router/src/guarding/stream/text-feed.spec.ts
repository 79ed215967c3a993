import { describe, expect, it } from 'vitest';
import { TextFeed } from './text-feed.js';

async function read(feed: TextFeed): Promise<string[]> {
  const pieces: string[] = [];
  for await (const text of feed) pieces.push(text);
  return pieces;
}

describe('TextFeed', () => {
  it('joins what waits and ends', async () => {
    const feed = new TextFeed();
    feed.push('a');
    feed.push('b');
    feed.end();
    expect(await read(feed)).toEqual(['ab']);
  });

  it('gives text to a reader that waits', async () => {
    const feed = new TextFeed();
    const pieces = read(feed);
    await Promise.resolve();
    feed.push('a');
    feed.end();
    expect(await pieces).toEqual(['a']);
  });

  it('makes its writer wait when nobody reads, until somebody does or it ends', async () => {
    const feed = new TextFeed();
    const reader = feed[Symbol.asyncIterator]();
    expect(feed.push('x'.repeat(65_535))).toBeUndefined();
    const full = feed.push('x');
    expect(full).toBeInstanceOf(Promise);
    expect((await reader.next()).value).toHaveLength(65_536);
    await full;
    const again = feed.push('x'.repeat(65_536));
    feed.end();
    await again;
  });

  it('hands over to a new reader without giving the old one any text', async () => {
    const feed = new TextFeed();
    const old = read(feed);
    await Promise.resolve();
    feed.restart();
    feed.push('new');
    feed.end();
    expect(await old).toEqual([]);
    expect(await read(feed)).toEqual(['new']);
  });
});
