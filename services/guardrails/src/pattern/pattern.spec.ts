import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Automaton } from './automaton.js';
import { longestMatch, parsePattern } from './parse-pattern.js';
import { ACCEPTING, DEAD } from './state-table.js';

const AS_IT_IS = { unit: (unit: number) => unit, pairs: () => [] };

function automatonOf(sources: readonly string[], ignoreCase = false, maxStates?: number): Automaton {
  const patterns = sources.map((source) => ({
    node: parsePattern(source, { ignoreCase }),
    folded: false,
    maxLength: 1_000,
  }));
  return new Automaton(patterns, AS_IT_IS, maxStates);
}

/** Patterns that match the whole text. */
function matched(automaton: Automaton, text: string): readonly number[] {
  let state = automaton.start();
  for (let index = 0; index < text.length && state !== DEAD; index++) {
    state = automaton.step(state, automaton.alphabet.classes[text.charCodeAt(index)]!);
  }
  return automaton.table.flags[state]! & ACCEPTING ? automaton.table.details[state]!.accepts : [];
}

function matches(source: string, text: string, ignoreCase = false): boolean {
  return matched(automatonOf([source], ignoreCase), text).length > 0;
}

const SOURCES = [
  'a|bc',
  '(ab)+c?',
  '[a-c]{2,3}d*',
  'a(b|c){0,2}a',
  '[^a]b',
  String.raw`\d+\.\w`,
  'a{3}',
  '(a|ab)(c|bcd)',
  'a.c',
  'é[а-д]+',
  String.raw`\xe9\u0434|\u{62}`,
  String.raw`[\Dd]1`,
];

describe('patterns', () => {
  const texts = fc.string({ unit: fc.constantFrom(...'abcd1.éДдж'), minLength: 1, maxLength: 6 });

  it.each(SOURCES)('agree with the language they are a part of: %s', (source) => {
    const reference = new RegExp(`^(?:${source})$`, 'u');
    const automaton = automatonOf([source]);
    fc.assert(
      fc.property(texts, (text) => {
        expect(matched(automaton, text).length > 0).toBe(reference.test(text));
      }),
      { numRuns: 500 },
    );
  });

  it('are told apart in one automaton, also while its table is begun again and again', () => {
    const references = SOURCES.map((source) => new RegExp(`^(?:${source})$`, 'u'));
    const [roomy, cramped] = [automatonOf(SOURCES), automatonOf(SOURCES, false, 1)];
    fc.assert(
      fc.property(texts, (text) => {
        const expected = references.flatMap((reference, index) => (reference.test(text) ? [index] : []));
        expect([...matched(roomy, text)].sort((one, other) => one - other)).toEqual(expected);
        expect([...matched(cramped, text)].sort((one, other) => one - other)).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
    expect(cramped.table.size).toBeLessThanOrEqual(66);
  });

  it.each([
    ['ab[c-d]', 'AbC'],
    ['straße', 'STRAßE'],
    ['проект', 'ПрОеКт'],
    ['[α-ω]+', 'ΑΒΓ'],
  ])('ignore case in any script: %s', (source, text) => {
    expect(matches(source, text, true)).toBe(true);
    expect(matches(source, text, false)).toBe(false);
  });

  it('ignore case before they turn a set round', () => {
    expect(matches('[^a]', 'A', true)).toBe(false);
    expect(matches(String.raw`\W`, 'k', true)).toBe(false);
  });

  it('match characters beyond the basic plane as a whole', () => {
    expect(matches('(💣)+', '💣💣')).toBe(true);
    expect(matches('💣', '💢')).toBe(false);
    expect(matches(String.raw`\u{1f4a3}`, '💣')).toBe(true);
  });

  it.each([
    ['(', 1],
    ['a)', 1],
    ['[b-a]', 4],
    ['*a', 0],
    ['a{9999}', 7],
    ['(?=a)', 2],
    ['^a', 0],
    ['a\\', 2],
    ['[ab', 3],
    [String.raw`\b`, 2],
    [String.raw`\1`, 2],
    [String.raw`\u{110000}`, 10],
    ['[💣]', 3],
    ['('.repeat(100), 64],
  ])('refuse %j with its place', (source, place) => {
    expect(() => parsePattern(source)).toThrow(`at ${place}:`);
  });

  it('refuse what would be too large', () => {
    expect(() => automatonOf(['(a{1,512}){1,512}'])).toThrow('too large');
    const words = Array.from({ length: 80 }, () => 'a{1,512}b{1,512}c{1,512}d{1,512}e{1,512}f{1,512}g{1,512}');
    expect(() => automatonOf(words)).toThrow('too large together');
  });

  it('keep few states where subsets would be many', () => {
    const automaton = automatonOf(['[ab]*a[ab]{14}'], false, 500);
    let state = 20_210_101;
    const next = () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31);
    expect(
      matched(automaton, Array.from({ length: 5_000 }, () => (next() & 4096 ? 'a' : 'b')).join('')).length < 2,
    ).toBe(true);
    expect(automaton.table.size).toBeLessThanOrEqual(502);
  });

  it.each([
    ['abc', 3],
    ['a|bcd', 3],
    ['(ab){2,4}c?', 9],
    ['a+', Infinity],
    ['(a*){0}b', 1],
  ])('know their longest match: %s', (source, length) => {
    expect(longestMatch(parsePattern(source))).toBe(length);
  });
});
