import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unleet } from './leet.js';
import { MappedText } from './mapped-text.js';

const plain = (text: string) => unleet(new MappedText(text, undefined)).text;

describe('leet', () => {
  it.each([
    ['h4ck3r', 'hacker'],
    ['p@ssw0rd', 'password'],
    ['1gnore', 'ignore'],
    ['sy5t3m', 'system'],
    ['c0ntr01', 'control'],
    ['1nstruct10ns', 'instructions'],
  ])('%s is %s', (word, expected) => {
    expect(plain(word)).toBe(expected);
    expect(plain(`the ${word}, please`)).toBe(`the ${expected}, please`);
  });

  it('reads short words only in a text that is written that way', () => {
    expect(plain('4ll of it')).toBe('4ll of it');
    expect(plain('h4ck3r5 r34d 4ll of 7h3 b00k5')).toBe('hackers read all of the books');
  });

  it.each([
    '24th',
    '100mb',
    'covid19',
    'h264',
    '$100',
    '@alice',
    'bob@example.com',
    'hey!',
    '3f9a1b2c',
    'b2b',
    'x86',
    '1+1=2',
  ])('%s stays', (text) => expect(plain(text)).toBe(text));

  it('stays where letters would make no word', () => {
    expect(plain('q7x9zk3v')).toBe('q7x9zk3v');
  });

  it('keeps the length, so that every letter points to its sign', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'abcdest01345@$! .'.split('')), maxLength: 60 }), (text) => {
        const view = unleet(new MappedText(text, undefined));
        expect(view.text).toHaveLength(text.length);
        for (let at = 0; at < text.length; at++)
          expect(view.originalSpan(at, at + 1)).toEqual({ start: at, end: at + 1 });
      }),
      { numRuns: 200 },
    );
  });
});
