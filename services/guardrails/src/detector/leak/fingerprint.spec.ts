import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MappedText } from '../../text/mapped-text.js';
import { viewsOf } from '../../text/views-of.js';
import { comparable, fingerprintOf, overlapOf } from './fingerprint.js';
import { SYSTEM_PROMPTS } from './leaks.fixture.js';
import { squeezed, squeezedLetters } from './squeeze.js';
import { pairOverlap, wordPairs } from './word-pairs.js';

const [prompt = ''] = SYSTEM_PROMPTS;
const fingerprint = fingerprintOf(viewsOf(prompt));
const scoreOf = (output: string) => overlapOf(fingerprint, comparable(viewsOf(output).folded))?.score ?? 0;

describe('squeezed texts', () => {
  it('keep letters, or letters and digits, and know where they stood', () => {
    const view = new MappedText('1. A-b, ç!', undefined);
    expect(squeezed(view).text).toBe('1abç');
    const letters = squeezedLetters(view);
    expect(letters.text).toBe('abç');
    expect(letters.originalSpan(1, 3)).toEqual({ start: 5, end: 9 });
  });
});

describe('a fingerprint', () => {
  it('scores half at 72 letters in a row, and more with more', () => {
    const letters = prompt.toLowerCase().replace(/[^a-z]/g, '');
    const runs = [40, 72, 100, 150].map((length) => scoreOf(`xqxqx ${letters.slice(30, 30 + length)} xqxqx`));
    expect(runs[0]).toBeLessThan(0.5);
    expect(runs[1]).toBeGreaterThan(0.35);
    expect(runs[2]).toBeGreaterThan(0.5);
    expect(runs).toEqual([...runs].sort((a, b) => a - b));
  });

  it('scores 1 for the whole prompt, whatever stands around and between', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
        fc.constantFrom(' ', '-', '\n', '. '),
        (around, gap) => {
          expect(scoreOf(`${around}\n${prompt.replaceAll(' ', gap)}\n${around}`)).toBe(1);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('scores nothing for other texts', () => {
    expect(scoreOf('The weather was fine on that day and nobody thought of rain.')).toBe(0);
    expect(scoreOf('')).toBe(0);
  });
});

describe('pairs of words', () => {
  const words = prompt.toLowerCase().match(/\p{L}+/gu) ?? [];
  const overlap = (text: string) => pairOverlap(wordPairs(words), new MappedText(text, undefined))?.score ?? 0;

  it('count with up to two words between them', () => {
    expect(overlap(words.join(' uno '))).toBeGreaterThan(0.5);
    expect(overlap(words.join(' uno dos '))).toBeGreaterThan(0.5);
    expect(overlap(words.join(' uno dos tres '))).toBeLessThan(0.2);
  });

  it('count in their order only', () => {
    expect(overlap([...words].reverse().join(' '))).toBeLessThan(0.2);
  });

  it('say nothing about a prompt of few words', () => {
    expect(
      pairOverlap(wordPairs(['always', 'answer', 'politely']), new MappedText('always answer politely', undefined)),
    ).toBe(undefined);
  });
});
