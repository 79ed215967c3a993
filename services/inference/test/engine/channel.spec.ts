import { describe, expect, it } from 'vitest';
import { Channel } from '../../engine/src/channel.js';

describe('Channel', () => {
  it('lets the writer go on until the reader is far behind, and again when it caught up', async () => {
    const unread: (() => void)[] = [];
    const channel = new Channel((_message, written) => unread.push(written));
    const message = { kind: 'counted', id: 1, tokens: 1 } as const;
    for (let count = 0; count < 255; count++) channel.send(message);
    await channel.room();
    channel.send(message);
    let passed = false;
    const waiting = channel.room().then(() => (passed = true));
    await Promise.resolve();
    expect(passed).toBe(false);
    unread.pop()?.();
    await waiting;
    expect(passed).toBe(true);
  });
});
