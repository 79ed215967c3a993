import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChildGeneration } from './child-generation.js';
import { followGeneration } from './follow-generation.js';

const finish = { id: 1, reason: 'cancelled', outputTokens: 1, prefillMs: 2, decodeMs: 3 } as const;

function started() {
  const send = vi.fn();
  const generation = new ChildGeneration({ id: 1, maxTokens: 8, queueMs: 5, send });
  generation.onBegun({ id: 1, inputTokens: 10, cachedInputTokens: 0 });
  generation.onText({ id: 1, text: 'a', tokens: 1 });
  return { generation, send };
}

describe('followGeneration', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('cancels when the caller leaves, and tells what was used', async () => {
    const { generation, send } = started();
    const caller = new AbortController();
    const parts = followGeneration(generation, { signal: caller.signal, deadline: undefined }, () => 0);
    expect((await parts.next()).value).toMatchObject({ text: 'a' });
    caller.abort();
    await expect(parts.next()).rejects.toMatchObject({
      code: 'cancelled',
      details: { input_tokens: 10, output_tokens: 1 },
    });
    expect(send).toHaveBeenCalledWith('cancel');
  });

  it('ends a little before the deadline, with the last part', async () => {
    const { generation, send } = started();
    const { signal } = new AbortController();
    const parts = followGeneration(generation, { signal, deadline: 1_000 }, () => 0);
    await parts.next();
    await vi.advanceTimersByTimeAsync(979);
    expect(send).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(send).toHaveBeenCalledWith('cancel');
    generation.onFinish(finish);
    expect((await parts.next()).value).toMatchObject({ finish: { reason: 'deadline' } });
  });

  it('cancels when the reader stops reading, and leaves no timer', async () => {
    const { generation, send } = started();
    const { signal } = new AbortController();
    for await (const part of followGeneration(generation, { signal, deadline: 1_000 }, () => 0)) if (part.text) break;
    expect(send).toHaveBeenCalledExactlyOnceWith('cancel');
    expect(vi.getTimerCount()).toBe(0);
  });
});
