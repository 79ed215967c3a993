import { describe, expect, it } from 'vitest';
import { eventually } from '@weir/testing';
import { ask, failureOf, whole } from '../fixtures.js';
import { MOST_TOKENS, SLOTS, type Tried } from './engine-contract.js';

const LONG = { maxTokens: MOST_TOKENS, ignoreEos: true, temperature: 0, seed: 1 };
/** Milliseconds in which an engine hears that nobody wants an answer any more. */
const HEARD_MS = 500;

/** How answers end before their end. */
export function endingContract({ engine }: Tried): void {
  /** A request in its decode phase, and what leaves it. */
  async function begun() {
    const caller = new AbortController();
    const parts = ask(engine().backend, { ...LONG, signal: caller.signal })[Symbol.asyncIterator]();
    const first = await parts.next();
    expect(first.done).toBe(false);
    return { caller, parts };
  }

  const idle = () => eventually(() => engine().backend.running === 0 && engine().busy() === 0, { timeoutMs: 10_000 });

  describe('a caller that leaves', () => {
    it('before it began: nothing is asked of the engine', async () => {
      const { error, text } = await failureOf(ask(engine().backend, { ...LONG, signal: AbortSignal.abort() }));
      expect(error).toMatchObject({ code: 'cancelled' });
      expect([text, engine().busy()]).toEqual(['', 0]);
    });

    it('in the queue: its place is free, and those who run go on', async () => {
      const running = await Promise.all(Array.from({ length: SLOTS }, begun));
      const caller = new AbortController();
      const queued = failureOf(ask(engine().backend, { ...LONG, signal: caller.signal }));
      await eventually(() => engine().backend.waiting === 1);
      caller.abort();
      expect((await queued).error).toMatchObject({ code: 'cancelled' });
      expect([engine().backend.waiting, engine().backend.running]).toEqual([0, SLOTS]);
      for (const { parts } of running) expect((await parts.next()).done).toBe(false);
      for (const one of running) await one.parts.return?.();
      await idle();
    });

    it('in the middle: its slot is free soon, and what it used is told', async () => {
      const { caller, parts } = await begun();
      const leftAt = performance.now();
      caller.abort();
      const rest = failureOf({ [Symbol.asyncIterator]: () => parts });
      const { error } = await rest;
      expect(error).toMatchObject({ code: 'cancelled', details: { output_tokens: expect.any(Number) } });
      await idle();
      expect(performance.now() - leftAt).toBeLessThan(HEARD_MS * 4);
    });

    it('without a word: as if it had said so', async () => {
      const { parts } = await begun();
      await parts.return?.();
      await idle();
    });
  });

  describe('a deadline', () => {
    it('in the middle gives what there is', async () => {
      // Long enough for the first token, on a busy machine too; far too short for the last one.
      const askedAt = performance.now();
      await whole(ask(engine().backend, { ...LONG, maxTokens: 1 }));
      const firstMs = performance.now() - askedAt;
      const deadline = Date.now() + 100 + 3 * firstMs;
      const { text, last } = await whole(ask(engine().backend, { ...LONG, deadline }));
      expect(text).not.toBe('');
      expect(last?.finish?.reason).toBe('deadline');
    });

    it('in the queue refuses', async () => {
      const running = await Promise.all(Array.from({ length: SLOTS }, begun));
      const { error, text } = await failureOf(ask(engine().backend, { ...LONG, deadline: Date.now() + 50 }));
      expect([text, error]).toMatchObject(['', { code: 'deadline_exceeded' }]);
      for (const { parts } of running) await parts.return?.();
    });

    it('that is over refuses at once', async () => {
      const { error } = await failureOf(ask(engine().backend, { ...LONG, deadline: Date.now() - 1 }));
      expect(error).toMatchObject({ code: 'deadline_exceeded' });
    });
  });
}
