import { describe, expect, it } from 'vitest';
import { DEFAULT_SAMPLING } from '../pipeline/inference-request.js';
import { continuationsOf } from './continuations.js';

describe('continuationsOf', () => {
  it.each([
    ['ended by itself', 'stop', [], []],
    ['may have ended at a stop sequence', 'stop', ['x', '\n'], ['x', '\n']],
    ['was cut off by a limit', 'length', ['x'], ['']],
    ['has not said how it ended', undefined, ['x'], ['']],
    ['goes on with a call', 'tool_calls', ['x'], []],
  ])('of an answer that %s', (_, finishReason, stop, expected) => {
    expect(continuationsOf({ finishReason }, { sampling: { ...DEFAULT_SAMPLING, stop } })).toEqual(expected);
  });
});
