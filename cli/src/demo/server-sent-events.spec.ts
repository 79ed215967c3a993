import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventData } from './server-sent-events.js';

async function* cut(bytes: Uint8Array, at: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const position of [...at].sort((a, b) => a - b)) {
    yield bytes.subarray(from, position);
    from = position;
  }
  yield bytes.subarray(from);
}

async function all(parts: AsyncIterable<Uint8Array>): Promise<string[]> {
  const data: string[] = [];
  for await (const one of eventData(parts)) data.push(one);
  return data;
}

describe('eventData', () => {
  it('gives the same events however the bytes are cut', async () => {
    const texts = fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(texts, fc.array(fc.nat(400), { maxLength: 8 }), async (values, cuts) => {
        const written = values.map((value) => JSON.stringify({ value }));
        const bytes = new TextEncoder().encode(written.map((data) => `data: ${data}\n\n`).join(''));
        const positions = cuts.map((position) => Math.min(position, bytes.length));
        expect(await all(cut(bytes, positions))).toEqual(written);
      }),
    );
  });

  it('leaves out comments and an event that never ended', async () => {
    const bytes = new TextEncoder().encode(': keep-alive\n\ndata: 1\r\n\r\ndata: half');
    expect(await all(cut(bytes, []))).toEqual(['1']);
  });
});
