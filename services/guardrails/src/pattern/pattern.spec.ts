import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileAutomaton, DEAD, START, step } from './automaton.js';
import { parsePattern } from './parse-pattern.js';

function matches(source: string, text: string, ignoreCase = false): boolean {
  const automaton = compileAutomaton(parsePattern(source, { ignoreCase }));
  let state = START;
  for (let index = 0; index < text.length && state !== DEAD; index++) {
    state = step(automaton, state, text.charCodeAt(index));
  }
  return state !== DEAD && automaton.accepting[state] === 1;
}

describe('patterns', () => {
  const sources = [
    'a|bc',
    '(ab)+c?',
    '[a-c]{2,3}d*',
    'a(b|c){0,2}a',
    '[^a]b',
    String.raw`\d+\.\w`,
    'a{3}',
    '(a|ab)(c|bcd)',
    'a.c',
  ];

  it.each(sources)('agrees with the language it is a part of: %s', (source) => {
    const reference = new RegExp(`^(?:${source})$`);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'abcd1.é'), maxLength: 6 }), (text) => {
        expect(matches(source, text)).toBe(reference.test(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('ignores case when asked to', () => {
    expect(matches('ab[c-d]', 'AbC', true)).toBe(true);
    expect(matches('ab', 'AB')).toBe(false);
  });

  it.each(['(', 'a)', '[b-a]', '*a', 'a{9999}', '(?=a)', '^a', 'é', 'a\\', '[ab'])(
    'refuses %j with its place',
    (source) => {
      expect(() => parsePattern(source)).toThrow(/Pattern .* at \d+/);
    },
  );

  it('refuses a pattern whose automaton would not be bounded in size', () => {
    expect(() => compileAutomaton(parsePattern('[ab]*a[ab]{20}'))).toThrow('too large');
  });
});
