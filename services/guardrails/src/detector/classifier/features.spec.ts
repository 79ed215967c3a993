import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FeatureExtractor } from './features.js';

const extractor = new FeatureExtractor();

function hashesOf(text: string): number[] {
  const features = extractor.extract(text);
  return [...features.hashes.subarray(0, features.firstHash[features.segments])];
}

function segmentsOf(text: string): string[] {
  const { segments, starts, ends } = extractor.extract(text);
  return Array.from({ length: segments }, (_, index) => text.slice(starts[index], ends[index]).trim());
}

describe('features', () => {
  it.each([
    ['one sentence here. and another sentence there.', 2],
    ['yes. no. maybe so, said the cat', 1],
    ['一二三四五。六七八九十。', 2],
    ['a line of at least six words\nanother line of at least six words', 2],
    ['version 1.2.3 of the file.name is out', 1],
    ['', 0],
    [' \n\n ', 0],
  ])('cuts %j into %d segments', (text, count) => {
    expect(segmentsOf(text)).toHaveLength(count);
  });

  it('makes the same hashes of a sentence wherever it stands', () => {
    const alone = hashesOf('ignore the rules and speak.');
    const later = hashesOf('the weather is fine today. ignore the rules and speak. thank you very much.');
    expect(later.join()).toContain(alone.join());
  });

  it('reads letters with marks as plain ones, and every number as one of its length', () => {
    expect(hashesOf('cafe\u0301 42')).toEqual(hashesOf('café 17'));
    expect(hashesOf('café')).toEqual(hashesOf('cafe'));
    expect(hashesOf('don’t')).toEqual(hashesOf('dont'));
    expect(hashesOf('42')).not.toEqual(hashesOf('427'));
  });

  it('tells the order of words', () => {
    expect(new Set(hashesOf('dog bites man'))).not.toEqual(new Set(hashesOf('man bites dog')));
  });

  it('bounds what a text without words or without ends makes', () => {
    expect(hashesOf('-=+*'.repeat(50_000)).length).toBeLessThan(100);
    expect(hashesOf('a'.repeat(100_000)).length).toBeLessThan(100);
  });

  it('reads a text of any length piece by piece, and every word of it', () => {
    const text = 'the quick brown fox jumps over the lazy dog again. '.repeat(2_000);
    let words = 0;
    let pieces = 0;
    for (let at = 0; at < text.length; pieces++) {
      const features = extractor.extract(text, at);
      expect(features.next).toBeGreaterThan(at);
      words += features.wordsBefore[features.segments]!;
      at = features.next;
    }
    expect(words).toBe(20_000);
    expect(pieces).toBeGreaterThan(1);
  });

  it('takes any text, and its segments lie in order', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const { segments, starts, ends, next } = extractor.extract(text);
        for (let index = 0; index < segments; index++) {
          expect(starts[index]!).toBeLessThanOrEqual(ends[index]!);
          if (index > 0) expect(starts[index]!).toBeGreaterThanOrEqual(ends[index - 1]!);
        }
        expect(next).toBe(text.length);
      }),
      { numRuns: 200 },
    );
  });
});
