import { describe, expect, it } from 'vitest';
import type { Token } from '../../engine/node_modules/node-llama-cpp/dist/index.js';
import { Generation } from '../../engine/src/generation.js';

const END = 0;
/** Token n is the n-th letter. */
const detokenize = (tokens: readonly Token[]) => tokens.map((token) => String.fromCharCode(96 + token)).join('');

function generation(more: { maxTokens?: number; room?: number; stop?: string[] } = {}): Generation {
  const { maxTokens = 100, room = 100, stop = [] } = more;
  const sampling = { maxTokens, temperature: 0, topP: 1, seed: 1, reproducible: true, stop };
  return new Generation(
    { id: 7, promptTokens: [], sampling, room, startedAt: 100 },
    detokenize,
    (token) => token === END,
  );
}

const tokens = (...numbers: number[]) => numbers as Token[];

function run(target: Generation, given: readonly Token[]) {
  let text = '';
  for (const token of given) {
    const advance = target.take(token, 200);
    text += advance.text;
    if (advance.finish) return { text, finish: advance.finish, count: target.outputTokens };
  }
  return { text, finish: undefined, count: target.outputTokens };
}

describe('Generation', () => {
  it('ends at the end token and counts it', () => {
    expect(run(generation(), tokens(1, 2, END, 3))).toEqual({ text: 'ab', finish: 'stop', count: 3 });
  });

  it('ends at the most tokens that were asked for, or that the context has room for', () => {
    expect(run(generation({ maxTokens: 2 }), tokens(1, 2, 3))).toEqual({ text: 'ab', finish: 'length', count: 2 });
    expect(run(generation({ room: 1 }), tokens(1, 2, 3))).toEqual({ text: 'a', finish: 'length', count: 1 });
  });

  it('stops before a stop string over several tokens, which count', () => {
    expect(run(generation({ stop: ['bcd'] }), tokens(1, 2, 3, 4, 5))).toEqual({ text: 'a', finish: 'stop', count: 4 });
  });

  it('gives out what it held back when nothing came of it', () => {
    expect(run(generation({ stop: ['bcd'] }), tokens(1, 2, 3, END))).toEqual({ text: 'abc', finish: 'stop', count: 4 });
    expect(run(generation({ stop: ['bcd'], maxTokens: 3 }), tokens(1, 2, 3))).toEqual({
      text: 'abc',
      finish: 'length',
      count: 3,
    });
  });

  it('measures from its start to its first token, and from there', () => {
    const target = generation();
    expect(target.report('cancelled', 150)).toMatchObject({ id: 7, prefillMs: 50, decodeMs: 0, outputTokens: 0 });
    target.take(1 as Token, 180);
    target.take(2 as Token, 250);
    expect(target.report('stop', 260)).toMatchObject({ prefillMs: 80, decodeMs: 80, outputTokens: 2, reason: 'stop' });
  });
});
