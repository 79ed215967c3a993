import { describe, expect, it } from 'vitest';
import type { Token } from '../../../engine/node_modules/node-llama-cpp/dist/index.js';
import { AnswerText, type CallParser } from '../../../engine/src/text/answer-text.js';

/** Token n is the n-th letter; 30 is a control token that has no text. */
const detokenize = (tokens: readonly Token[]) =>
  tokens.map((token) => (token === 30 ? '' : String.fromCharCode(96 + token))).join('');

/** Calls are upper-case letters. */
class LetterParser implements CallParser {
  calls = 0;
  done = false;
  private last = '';

  push(text: string) {
    const toolCalls = [...text.matchAll(/[A-Z]/g)].map(([name]) => ({
      index: this.calls++,
      id: 'i',
      name,
      arguments: '',
    }));
    this.last = text.at(-1) ?? this.last;
    return { text: text.replace(/[A-Z]/g, ''), toolCalls };
  }

  flush() {
    return { text: `(${this.last})`, toolCalls: [] };
  }
}

function said(answer: AnswerText, tokens: readonly number[], mayStop = true) {
  return tokens.map((token) => answer.push(token as Token, mayStop)).map(({ text }) => text);
}

describe('AnswerText', () => {
  it('is plain text where there are no tools', () => {
    const answer = new AnswerText({ detokenize, stop: [] });
    expect(said(answer, [1, 2])).toEqual(['a', 'b']);
    expect(answer.flush()).toEqual({ text: '', toolCalls: [], stopped: false });
    expect(answer.calls).toBe(0);
  });

  it('shows the parser those control tokens that it needs', () => {
    const markers = new Map([[30 as Token, 'C']]);
    const answer = new AnswerText({ detokenize, stop: [], parser: new LetterParser(), markers });
    expect(said(answer, [1])).toEqual(['a']);
    expect(answer.push(30 as Token, true).toolCalls).toMatchObject([{ name: 'C' }]);
    expect(answer.flush().text).toBe('(C)');
    expect(answer.calls).toBe(1);
  });

  it('stops when the one call that is wanted is there', () => {
    const parser = new LetterParser();
    const answer = new AnswerText({ detokenize, stop: [], parser, markers: new Map([[30 as Token, 'C']]) });
    expect(answer.push(1 as Token, true).stopped).toBe(false);
    parser.done = true;
    expect(answer.push(30 as Token, true)).toMatchObject({ toolCalls: [{ name: 'C' }], stopped: true });
  });

  it('gives the parser only what is before a stop string, and its end', () => {
    const answer = new AnswerText({ detokenize, stop: ['cd'], parser: new LetterParser() });
    expect(said(answer, [2, 3])).toEqual(['b', '']);
    expect(answer.push(4 as Token, true)).toEqual({ text: '(b)', toolCalls: [], stopped: true });
  });

  it('does not look for stop strings while the answer may not end', () => {
    const answer = new AnswerText({ detokenize, stop: ['b'] });
    expect(said(answer, [1, 2], false)).toEqual(['a', 'b']);
    expect(answer.push(2 as Token, true).stopped).toBe(true);
  });

  it('gives out what a stop string held back, once it is over', () => {
    const answer = new AnswerText({ detokenize, stop: ['abc'] });
    expect(said(answer, [1, 2])).toEqual(['', '']);
    expect(answer.flush()).toMatchObject({ text: 'ab', stopped: false });
  });
});
