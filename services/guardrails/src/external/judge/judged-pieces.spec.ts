import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inputOf, textOf } from '../test/inputs.js';
import { judgedTexts, piecesOf } from './judged-pieces.js';

const user = (text: string, path: string) => textOf(text, { path });
const assistant = (text: string, path: string) => textOf(text, { path, role: 'assistant', stage: 'output' });

describe('piecesOf', () => {
  it('asks once about one text, after what was said before', () => {
    const context = [
      textOf('be brief', { path: 's', role: 'system' }),
      user('hello', 'u0'),
      assistant('hi', 'a0'),
      textOf('a page', { path: 'd', stage: 'document' }),
    ];
    const judged = user('and now?', 'u1');
    expect(piecesOf(inputOf([judged], { context }), undefined)).toEqual([
      {
        before: [
          { speaker: 'user', text: 'hello' },
          { speaker: 'assistant', text: 'hi' },
        ],
        judged: { speaker: 'user', text: 'and now?' },
        parts: [{ path: 'u1', start: 0, end: 8 }],
      },
    ]);
  });

  it('asks about earlier texts together, by speaker', () => {
    const texts = [user('one', 'u0'), assistant('two', 'a0'), user('three', 'u1'), user('four', 'u2')];
    const pieces = piecesOf(inputOf(texts, { context: texts }), undefined);
    expect(pieces.map(({ judged, before }) => [judged.speaker, judged.text, before.length])).toEqual([
      ['user', 'one\n\nthree', 0],
      ['assistant', 'two', 0],
      ['user', 'four', 3],
    ]);
    expect(pieces[0]?.parts.map(({ path }) => path)).toEqual(['u0', 'u1']);
  });

  it('judges the side that is asked for', () => {
    const input = inputOf([user('one', 'u0'), assistant('two', 'a0'), user(' ', 'u1')]);
    expect(judgedTexts(input, 'input').map(({ path }) => path)).toEqual(['u0']);
    expect(judgedTexts(input, 'output').map(({ path }) => path)).toEqual(['a0']);
    expect(judgedTexts(input, undefined)).toHaveLength(2);
    expect(piecesOf(inputOf([user('one', 'u0')]), 'output')).toEqual([]);
  });

  it('reads the end of a long conversation', () => {
    const context = [user('x'.repeat(9_000), 'u0'), assistant('y'.repeat(3_000), 'a0')];
    const [piece] = piecesOf(inputOf([user('now', 'u1')], { context }), undefined);
    expect(piece?.before.map(({ text }) => text.length)).toEqual([5_000, 3_000]);
  });

  it('refuses more than it can ask about', () => {
    const pieces = () => piecesOf(inputOf([user('x'.repeat(400_000), 'u0')]), undefined);
    expect(pieces).toThrow(expect.objectContaining({ code: 'payload_too_large' }));
  });

  it('leaves out not one character of what is to be judged', () => {
    const length = fc.integer({ min: 1, max: 20_000 });
    const text = fc.record({ length, isUser: fc.boolean(), letter: fc.constantFrom('a', '😀', 'ab😀') });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 6 }), (specs) => {
        const texts = specs.map(({ length: size, isUser, letter }, index) =>
          (isUser ? user : assistant)(letter.repeat(Math.ceil(size / letter.length)), `t${index}`),
        );
        const pieces = piecesOf(inputOf(texts), undefined);
        for (const { path, text: whole } of texts) {
          const parts = pieces.flatMap((piece) => piece.parts).filter((part) => part.path === path);
          let seen = 0;
          for (const { start, end } of parts) {
            expect(start).toBeLessThanOrEqual(seen);
            expect(whole.slice(start, end).isWellFormed()).toBe(true);
            seen = end;
          }
          expect(seen).toBe(whole.length);
        }
        for (const { judged } of pieces) expect(judged.text.length).toBeLessThanOrEqual(8_000);
      }),
      { numRuns: 60 },
    );
  });
});
