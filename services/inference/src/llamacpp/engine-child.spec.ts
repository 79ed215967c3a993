import { describe, expect, it } from 'vitest';
import { workerThreads } from './engine-child.client.js';

describe('the workers of an engine process', () => {
  it.each([
    [1, 8, 1],
    [2, 8, 1],
    [4, 8, 1],
    [16, 8, 4],
    [64, 4, 4],
  ])('%d cores and %d slots have %d', (cores, slots, workers) => {
    expect(workerThreads(cores, slots)).toBe(workers);
  });
});
