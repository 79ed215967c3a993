import { describe, expect, it } from 'vitest';
import { ChoiceRun } from './choice-run.js';

describe('the continuations of an answer', () => {
  it.each([
    ['ended by itself', 'stop', [], []],
    ['may have ended at a stop sequence', 'stop', ['x', '\n'], ['x', '\n']],
    ['was cut off by a limit', 'length', ['x'], ['']],
    ['has not said how it ended', undefined, ['x'], ['']],
    ['goes on with a call', 'tool_calls', ['x'], []],
  ])('that %s', (_, finishReason, stop, expected) => {
    const choice = new ChoiceRun(0, 0, 0);
    choice.finishReason = finishReason;
    expect(choice.continuations({ stop })).toEqual(expected);
  });
});
