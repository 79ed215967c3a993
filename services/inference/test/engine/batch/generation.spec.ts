import { describe, expect, it } from 'vitest';
import type { Token } from '../../../engine/node_modules/node-llama-cpp/dist/index.js';
import { Generation } from '../../../engine/src/batch/generation.js';
import type { ToolCallReport } from '../../../engine/src/protocol.js';
import { AnswerText, type CallParser } from '../../../engine/src/text/answer-text.js';
import { greedy } from './fake-model.js';

const END = 0;
/** Token n is the n-th letter. */
const detokenize = (tokens: readonly Token[]) => tokens.map((token) => String.fromCharCode(96 + token)).join('');
const sampler = { sample: async () => END as Token, [Symbol.dispose]: () => undefined };

interface Wanted {
  readonly maxTokens?: number;
  readonly room?: number;
  readonly stop?: string[];
  readonly minTokens?: number;
  readonly parser?: CallParser;
}

function generation({ maxTokens = 100, room = 100, stop = [], minTokens = 0, parser }: Wanted = {}): Generation {
  return new Generation({
    id: 7,
    promptTokens: tokens(9, 9),
    sampling: { ...greedy, maxTokens, stop, minTokens },
    sampler,
    answer: new AnswerText({ detokenize, stop, ...(parser ? { parser } : {}) }),
    isEnd: (token) => token === END,
    room,
    startedAt: 100,
  });
}

const tokens = (...numbers: number[]) => numbers as Token[];

function run(target: Generation, given: readonly Token[]) {
  let text = '';
  const toolCalls: ToolCallReport[] = [];
  for (const token of given) {
    const { report, finish } = target.take(token, 200);
    text += report.text;
    toolCalls.push(...(report.toolCalls ?? []));
    if (finish) return { text, finish, count: target.outputTokens, toolCalls };
  }
  return { text, finish: undefined, count: target.outputTokens, toolCalls };
}

describe('Generation', () => {
  it('ends at the end token and counts it', () => {
    expect(run(generation(), tokens(1, 2, END, 3))).toMatchObject({ text: 'ab', finish: 'stop', count: 3 });
  });

  it('ends at the most tokens that were asked for, or that the context has room for', () => {
    expect(run(generation({ maxTokens: 2 }), tokens(1, 2, 3))).toMatchObject({
      text: 'ab',
      finish: 'length',
      count: 2,
    });
    expect(run(generation({ room: 1 }), tokens(1, 2, 3))).toMatchObject({ text: 'a', finish: 'length', count: 1 });
  });

  it('stops before a stop string over several tokens, which count', () => {
    const target = generation({ stop: ['bcd'] });
    expect(run(target, tokens(1, 2, 3, 4, 5))).toMatchObject({ text: 'a', finish: 'stop', count: 4 });
  });

  it('gives out what it held back when nothing came of it', () => {
    const ended = run(generation({ stop: ['bcd'] }), tokens(1, 2, 3, END));
    expect(ended).toMatchObject({ text: 'abc', finish: 'stop', count: 4 });
    const cut = run(generation({ stop: ['bcd'], maxTokens: 3 }), tokens(1, 2, 3));
    expect(cut).toMatchObject({ text: 'abc', finish: 'length', count: 3 });
  });

  it('hears no stop string before the least tokens, and those after', () => {
    const target = generation({ stop: ['b', 'd'], minTokens: 3 });
    expect(run(target, tokens(1, 2, 2, 3, 4, 5))).toMatchObject({ text: 'abbc', finish: 'stop', count: 5 });
  });

  it('keeps prompt and answer together, for the slot that it may move to', () => {
    const target = generation();
    run(target, tokens(1, 2));
    expect(target.tokens).toEqual([9, 9, 1, 2]);
    expect(target).toMatchObject({ promptLength: 2, outputTokens: 2 });
  });

  it('finishes with tool_calls only when it ended by itself', () => {
    const call = { index: 0, id: 'call_1', name: 'n', arguments: '{}' };
    const parser = (): CallParser => ({
      calls: 1,
      done: false,
      push: (text) => ({ text: '', toolCalls: text.includes('b') ? [call] : [] }),
      flush: () => ({ text: 'rest', toolCalls: [] }),
    });
    expect(run(generation({ parser: parser() }), tokens(1, 2, END))).toEqual({
      text: 'rest',
      finish: 'tool_calls',
      count: 3,
      toolCalls: [call],
    });
    expect(run(generation({ parser: parser(), maxTokens: 2 }), tokens(1, 2, END))).toMatchObject({ finish: 'length' });
  });

  it('gives the scores of its prompt with the first token only', () => {
    const target = generation();
    target.addPromptScores([{ id: 9, token: 'i', bytes: [105], top: [] }]);
    expect(target.take(1 as Token, 200).report.promptLogprobs).toHaveLength(1);
    expect(target.take(1 as Token, 200).report.promptLogprobs).toBeUndefined();
  });

  it('measures from its start to its first token, and from there', () => {
    const target = generation();
    expect(target.report('cancelled', 150)).toMatchObject({ id: 7, prefillMs: 50, decodeMs: 0, outputTokens: 0 });
    target.take(1 as Token, 180);
    target.take(2 as Token, 250);
    expect(target.report('stop', 260)).toMatchObject({ prefillMs: 80, decodeMs: 80, outputTokens: 2, reason: 'stop' });
  });
});
