import { describe, expect, it, vi } from 'vitest';
import { settlesWithin } from './within.js';

describe('settlesWithin', () => {
  it('is true for work that ends, either way, and leaves no timer behind', async () => {
    vi.useFakeTimers();
    expect(await settlesWithin(Promise.resolve(1), 1000)).toBe(true);
    expect(await settlesWithin(Promise.reject(new Error('no')), 1000)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('is false when the time is over first', async () => {
    expect(await settlesWithin(new Promise(() => undefined), 1)).toBe(false);
  });
});
