import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_SENTENCE, SentenceSplitter, WholeText, type Splitter } from './sentence-splitter.js';

function split(splitter: Splitter, parts: readonly string[]): string[] {
  return [...parts.flatMap((part) => splitter.push(part)), ...splitter.end()].map(({ text }) => text);
}

const sentences = (parts: readonly string[]) => split(new SentenceSplitter(), parts);

const words = fc.constantFrom(
  'I',
  'pay',
  '3.14',
  'Dr.',
  'etc.',
  'U.S.',
  '"Stop!"',
  '(why?)',
  'ja',
  'Ω',
  '好。',
  '😀',
  '…',
);
const gaps = fc.constantFrom(' ', '  ', '\n', '\r\n', '', ', ', '. ', '! ', '? ', '.');
const texts = fc.array(fc.tuple(words, gaps), { maxLength: 12 }).map((list) => list.flat().join(''));

describe('SentenceSplitter', () => {
  it.each([
    ['Hi there! How are you?', ['Hi there! ', 'How are you?']],
    ['Pi is 3.14 etc. and so on. Next one', ['Pi is 3.14 etc. and so on. ', 'Next one']],
    ['a\nb', ['a\n', 'b']],
    ['你好。再见。', ['你好。', '再见。']],
    ['', []],
  ])('cuts %j', (text, expected) => {
    expect(sentences([text])).toEqual(expected);
  });

  it('lets a sentence go when the next one has begun, and not before', () => {
    const splitter = new SentenceSplitter();
    expect(splitter.push('It ends.')).toEqual([]);
    expect(splitter.push(' ')).toEqual([]);
    expect(splitter.push('N')).toEqual([{ start: 0, end: 9, text: 'It ends. ' }]);
    expect(splitter.end()).toEqual([{ start: 9, end: 10, text: 'N' }]);
  });

  it('cuts in the same places however the text arrives', () => {
    fc.assert(
      fc.property(texts, fc.array(fc.nat({ max: 8 }), { maxLength: 40 }), (text, sizes) => {
        const parts: string[] = [];
        let at = 0;
        for (const size of sizes) parts.push(text.slice(at, (at += size)));
        parts.push(text.slice(at));
        const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
        expect(sentences(parts)).toEqual([...segmenter.segment(text)].map(({ segment }) => segment));
      }),
      { numRuns: 500 },
    );
  });

  it('cuts a sentence that does not end, never in the middle of a pair', () => {
    const text = `${'x'.repeat(MAX_SENTENCE - 1)}${'😀'.repeat(MAX_SENTENCE)}`;
    const one = sentences([text]);
    expect(one.join('')).toBe(text);
    expect(one.every((piece) => piece.length <= MAX_SENTENCE && piece.isWellFormed())).toBe(true);
    expect(sentences([...text])).toEqual(one);
  });
});

describe('WholeText', () => {
  it('waits for the end', () => {
    expect(split(new WholeText(), ['One. ', 'Two.'])).toEqual(['One. Two.']);
    expect(split(new WholeText(), [])).toEqual([]);
  });
});
