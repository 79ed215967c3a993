import { describe, expect, it } from 'vitest';
import { eventually } from '@weir/testing';
import { ask, failureOf, whole } from '../fixtures.js';
import { MAX_QUEUE, MOST_TOKENS, SLOTS, type Tried } from './engine-contract.js';

const LONG = { maxTokens: MOST_TOKENS, ignoreEos: true };
/** Milliseconds in which a request is refused that has no place. */
const REFUSED_MS = 200;

/** What an engine does with more requests than it has slots, and what it tells of itself. */
export function loadContract({ engine }: Tried): void {
  describe('an engine', () => {
    it('tells what it is', () => {
      const { status, slots, contextTokens, capacity, running, waiting } = engine().backend;
      expect(status).toMatchObject({ state: 'ready', reason: '' });
      expect([slots, running, waiting]).toEqual([SLOTS, 0, 0]);
      expect(contextTokens).toBeGreaterThan(0);
      expect(capacity).toMatchObject({ queued: 0, queuedTokens: 0, running: 0 });
      expect(engine().backend.retryAfterMs()).toBeGreaterThanOrEqual(0);
    });

    it('runs as many requests as it has slots, lets some wait, and refuses the rest at once', async () => {
      const callers = new AbortController();
      const asked = Array.from({ length: SLOTS + MAX_QUEUE }, () =>
        failureOf(ask(engine().backend, { ...LONG, signal: callers.signal })),
      );
      await eventually(() => engine().busy() === SLOTS && engine().backend.waiting === MAX_QUEUE);
      expect(engine().backend.capacity).toMatchObject({ queued: MAX_QUEUE, running: SLOTS });
      expect(engine().backend.capacity.queuedTokens).toBeGreaterThan(0);
      expect(engine().backend.capacity.kvUsage).toBeLessThanOrEqual(1);
      const refusedAt = performance.now();
      const { error } = await failureOf(ask(engine().backend, LONG));
      expect(performance.now() - refusedAt).toBeLessThan(REFUSED_MS);
      expect(error).toMatchObject({ code: 'engine_overloaded', retryAfterMs: expect.any(Number) });
      callers.abort();
      for (const { error: left } of await Promise.all(asked)) expect(left).toMatchObject({ code: 'cancelled' });
    });

    it('answers requests together, each its own', async () => {
      const asked = Array.from({ length: SLOTS + MAX_QUEUE }, (_, index) =>
        whole(ask(engine().backend, { prompt: `Count to ${index}.`, maxTokens: 6 + index, ignoreEos: true })),
      );
      const answers = await Promise.all(asked);
      expect(answers.map(({ last }) => last?.usage?.outputTokens)).toEqual([6, 7, 8]);
    });

    it('refuses while it is stopped, and answers when it is started again', async () => {
      const { backend } = engine();
      await backend.stop();
      expect(backend.status.state).toBe('unloaded');
      expect((await failureOf(ask(backend))).error).toMatchObject({ code: 'engine_unavailable' });
      backend.start();
      await eventually(() => backend.status.state === 'ready', { timeoutMs: 30_000 });
      expect((await whole(ask(backend, { maxTokens: 2 }))).last?.finish).toBeDefined();
    });
  });
}
