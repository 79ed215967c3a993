import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textOf } from '../test/inputs.js';
import { findingsIn } from './fms-answers.js';

const meaning = { high_score_is: 'unsafe', category: 'pii' } as const;
const contents = (...texts: string[]) => ({
  path: '/api/v1/text/contents',
  body: {},
  texts: texts.map((text, index) => textOf(text, { path: `messages.${index}.content` })),
});
const chat = { path: '/api/v1/text/chat', body: {}, texts: [textOf('hello', { path: 'last' })] };
const found = { start: 0, end: 4, text: 'a@b', detection: 'EmailAddress', detection_type: 'pii', score: 1 };

describe('findingsIn', () => {
  it('reads contents text by text', () => {
    const answer = [[], [{ ...found, start: 3, end: 6, evidence: [{ name: 'regex' }], metadata: { v: 1 } }]];
    expect(findingsIn(answer, contents('one', 'my a@b'), { ...meaning, owasp: 'LLM02', hazard: 'S7' })).toEqual([
      {
        path: 'messages.1.content',
        start: 3,
        end: 6,
        score: 1,
        category: 'pii',
        entity: 'pii/EmailAddress',
        owasp: 'LLM02',
        hazard: 'S7',
      },
    ]);
  });

  it('takes `evidences` for `evidence`, and nulls for what is absent', () => {
    const one = { ...found, evidences: [{ name: 'x', value: 'y', score: 0.1 }], evidence: null, metadata: null };
    expect(findingsIn([[one]], contents('mail'), meaning)).toHaveLength(1);
  });

  it('counts spans in code points, as such servers do', () => {
    const text = '😀😀 a@b';
    const [finding] = findingsIn([[{ ...found, start: 3, end: 6 }]], contents(text), meaning);
    expect(text.slice(finding?.start, finding?.end)).toBe('a@b');
  });

  it('counts code units where the server proves that it does', () => {
    const text = '😀😀 a@b';
    const [finding] = findingsIn([[{ ...found, start: 5, end: 8 }]], contents(text), meaning);
    expect([finding?.start, finding?.end]).toEqual([5, 8]);
  });

  it('finds the same value whichever unit the server counts', () => {
    const words = fc.array(fc.constantFrom('a', '😀', 'é', ' ', 'x'), { maxLength: 12 });
    fc.assert(
      fc.property(words, words, (before, after) => {
        const text = [...before, 'VALUE', ...after].join('');
        const units = before.join('').length;
        for (const start of [before.length, units]) {
          const one = { ...found, text: 'VALUE', start, end: start + 5 };
          const [finding] = findingsIn([[one]], contents(text), meaning);
          expect(text.slice(finding?.start, finding?.end)).toBe('VALUE');
        }
      }),
      { numRuns: 200 },
    );
  });

  it('takes findings about a conversation for ones about its whole last text', () => {
    const judged = { detection: 'Yes', detection_type: 'risk', score: 0.2 };
    expect(findingsIn([judged], chat, meaning)).toMatchObject([{ path: 'last', start: 0, end: 5, score: 0.2 }]);
  });

  it('turns scores that mean safety around', () => {
    const judged = { detection: 'unsafe', detection_type: 'judge', score: 0.2 };
    expect(findingsIn([judged], chat, { ...meaning, high_score_is: 'safe' })[0]?.score).toBe(0.8);
  });

  it('names nothing that could be a part of the text', () => {
    const entityOf = (detection: string, detection_type = 'pii') =>
      findingsIn([{ detection, detection_type, score: 1 }], chat, meaning)[0]?.entity;
    expect(entityOf('a@b.example')).toBe('pii');
    expect(entityOf('pii')).toBe('pii');
    expect(entityOf('my secret '.repeat(9), '4111 1111')).toBe('custom');
  });

  const garbage: [string, unknown][] = [
    ['no list', {}],
    ['a flat list', [found]],
    ['a list too few', []],
    ['a list too many', [[], []]],
    ['no score', [[{ ...found, score: undefined }]]],
    ['a score above 1', [[{ ...found, score: 1.01 }]]],
    ['a score as text', [[{ ...found, score: '0.9' }]]],
    ['a null score', [[{ ...found, score: null }]]],
    ['no span', [[{ ...found, start: undefined }]]],
    ['a negative span', [[{ ...found, start: -1 }]]],
    ['a span in halves', [[{ ...found, end: 1.5 }]]],
    ['a span that ends first', [[{ ...found, start: 3, end: 1 }]]],
    ['a span past the end', [[{ ...found, end: 5 }]]],
    ['no name', [[{ ...found, detection: undefined }]]],
    ['evidence without a name', [[{ ...found, evidence: [{ value: 'x' }] }]]],
    ['null', null],
  ];
  it.each(garbage)('refuses %s', (_, answer) => {
    const read = () => findingsIn(answer, contents('mail'), meaning);
    expect(read).toThrow(expect.objectContaining({ code: 'upstream_error' }));
  });
});
