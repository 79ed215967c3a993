import { describe, expect, it } from 'vitest';
import { embedAll } from './embedding.js';

const inputs = ['a', 'b', 'c'].map((text) => ({ kind: 'text' as const, text }));
const call = { tenant: 't', inputs, signal: new AbortController().signal, deadline: undefined };

function child(onEmbed: (text: string) => void = () => undefined) {
  return {
    embed: async (input: { kind: string; text?: string }) => {
      onEmbed(input.text ?? '');
      return { values: [(input.text ?? '').charCodeAt(0)], tokens: 2 };
    },
  };
}

describe('embedAll', () => {
  it('gives the vectors in the order of the inputs, and all their tokens', async () => {
    expect(await embedAll(child(), call, () => 0)).toEqual({ vectors: [[97], [98], [99]], inputTokens: 6 });
  });

  it('leaves off between two inputs', async () => {
    const caller = new AbortController();
    const seen: string[] = [];
    const embedding = embedAll(
      child((text) => {
        seen.push(text);
        if (text === 'b') caller.abort();
      }),
      { ...call, signal: caller.signal },
      () => 0,
    );
    await expect(embedding).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen).toEqual(['a', 'b']);
  });

  it('ends at the deadline', async () => {
    let now = 0;
    const embedding = embedAll(
      child(() => (now += 10)),
      { ...call, deadline: 15 },
      () => now,
    );
    await expect(embedding).rejects.toMatchObject({ code: 'deadline_exceeded' });
    expect(now).toBe(20);
  });
});
