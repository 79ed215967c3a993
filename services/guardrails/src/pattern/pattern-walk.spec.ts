import { describe, expect, it } from 'vitest';
import { Automaton } from './automaton.js';
import { parsePattern } from './parse-pattern.js';
import type { PatternWalk } from './pattern-walk.js';

const reading = { unit: (unit: number) => unit, pairs: () => [] };

function automatonOf(pattern: string): Automaton {
  return new Automaton([{ node: parsePattern(pattern), folded: false, maxLength: 100 }], reading);
}
const symbolsOf = (automaton: Automaton, text: string) =>
  [...text].map((char) => automaton.alphabet.classes[char.charCodeAt(0)]!);

function walked(pattern: string, text: string): PatternWalk {
  const automaton = automatonOf(pattern);
  const walk = automaton.walk(0);
  for (const symbol of symbolsOf(automaton, text)) walk.advance(symbol);
  return walk;
}

describe('PatternWalk', () => {
  it.each([
    ['key-[0-9]{4}', '', 8],
    ['key-[0-9]{4}', 'key-1', 3],
    ['key-[0-9]{4}', 'key-1234', Infinity],
    ['key-[0-9]{4}', 'kex', Infinity],
    ['a+b{0,3}', 'a', 1],
    ['(abc|abcdef)x', 'abc', 1],
    ['(ab)*cde', 'ababa', 4],
  ])('%s after %j misses %d units', (pattern, text, missing) => {
    expect(walked(pattern, text).missing).toBe(missing);
  });

  it.each([
    ['abcd', 'ab', 12],
    ['[ab]{4}', 'ab', 10],
    ['[0-9]{9}', '123', 3 * Math.log2(6.4)],
    ['[A-Za-z0-9_.@\\-]+', 'hello', 0],
    ['[^x]{4}', 'ab', 0],
    ['[а-я]{4}', 'аб', 12],
  ])('%s tells by %j so much: %d bits', (pattern, text, bits) => {
    expect(walked(pattern, text).evidence).toBeCloseTo(bits, 6);
    expect(walked(pattern, text).read).toBe(text.length);
  });

  it.each([
    ['key-[0-9]{4}', 'key-1', '', true],
    ['key-[0-9]{4}', 'key-1', '23', true],
    ['key-[0-9]{4}', 'key-1', '234', true],
    ['key-[0-9]{4}', 'key-1', '234 and so on', true],
    ['key-[0-9]{4}', 'key-1', '\n', false],
    ['key-[0-9]{4}', 'key-1', '2x', false],
  ])('%s after %j may go on with %j: %s', (pattern, text, next, expected) => {
    const automaton = automatonOf(pattern);
    const walk = automaton.walk(0);
    for (const symbol of symbolsOf(automaton, text)) walk.advance(symbol);
    expect(walk.mayGoOn(symbolsOf(automaton, next))).toBe(expected);
  });
});
