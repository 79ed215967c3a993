import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePlan } from '../../filter/compile-plan.js';
import { StreamFilter } from '../../filter/stream-filter.js';
import type { TextViews } from '../../text/text-views.js';
import type { CheckInput, ConversationText } from '../text-check.js';
import { compileLinearRegex } from './linear-regex.js';
import { patternKind } from './pattern-kind.js';
import { regexKind, type RegexDefinition } from './regex-kind.js';
import { competitorsKind, wordsKind, type WordsDefinition } from './words-kind.js';
import type { CompiledCheck } from '../check-kind.js';

const rule = { action: 'mask', threshold: 0.5, shadow: false, replacement: '' } as const;

function mask(compiled: CompiledCheck, text: string): string {
  const stream = new StreamFilter(compilePlan(compiled.kind === 'patterns' ? compiled.patterns : [], () => rule));
  return stream.push(text) + stream.end();
}

const words = (definition: Omit<Partial<WordsDefinition>, 'kind'>): CompiledCheck =>
  wordsKind.compile('deny', wordsKind.schema.parse({ kind: 'words', ...definition }) as WordsDefinition);

describe('wordsKind', () => {
  it.each([
    ['nightfall', 'Project NightFall!', 'Project [REMOVED]!'],
    ['nightfall', 'nightfalls', 'nightfalls'],
    ['nightfall', 'midnightfall', 'midnightfall'],
    ['project nightfall', 'a project \n\t nightfall b', 'a [REMOVED] b'],
    ['c++', 'we use C++ and C+', 'we use [REMOVED] and C+'],
    ['секрет', 'это СЕКРЕТ, секретный', 'это [REMOVED], секретный'],
    ['秘密', '这是秘密计划', '这是[REMOVED]计划'],
    ['ΣΙΓΜΑ', 'το σιγμα εδώ', 'το [REMOVED] εδώ'],
    ['straße', 'die Straße', 'die [REMOVED]'],
    ['café', 'un CAFÉ noir', 'un [REMOVED] noir'],
    ['😀 ok', 'so 😀  ok', 'so [REMOVED]'],
    ['[a](b)', 'x [A](B) y', 'x [REMOVED] y'],
  ])('finds %j in %j', (word, text, expected) => {
    expect(mask(words({ words: [word] }), text)).toBe(expected);
  });

  it('finds parts of words and minds case when it is told to', () => {
    expect(mask(words({ words: ['fall'], match: 'substring' }), 'nightfalls')).toBe('night[REMOVED]s');
    expect(mask(words({ words: ['Fall'], case_sensitive: true }), 'fall Fall')).toBe('fall [REMOVED]');
  });

  it('finds any phrase as it is written', () => {
    const phrase = fc
      .string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
      .filter((text) => /^[\p{L}\p{P}\p{S} ]+$/u.test(text) && !!text.trim());
    fc.assert(
      fc.property(phrase, (text) => {
        const compiled = words({ words: [text], match: 'substring' });
        expect(mask(compiled, `1 ${text.trim().replace(/\s+/gu, ' ')} 2`)).toContain('[REMOVED]');
      }),
      { numRuns: 60 },
    );
  });

  it.each([{ words: [] }, { words: [' '] }, { words: ['x'.repeat(121)] }, { words: ['x'], match: 'regex' }])(
    'refuses %j',
    (definition) => {
      expect(wordsKind.schema.safeParse({ kind: 'words', ...definition }).success).toBe(false);
    },
  );
});

describe('competitorsKind', () => {
  it('names something else', () => {
    const definition = competitorsKind.schema.parse({ kind: 'competitors', names: ['Acme Corp'], replacement: 'Weir' });
    expect(mask(competitorsKind.compile('rivals', definition), 'ask ACME  corp!')).toBe('ask Weir!');
    expect(competitorsKind.schema.safeParse({ kind: 'competitors', names: ['a'], replacement: '"' }).success).toBe(
      false,
    );
  });
});

describe('patternKind', () => {
  const compile = (definition: object): CompiledCheck =>
    patternKind.compile('ticket', patternKind.schema.parse({ kind: 'pattern', ...definition }));

  it('masks what it finds in a stream', () => {
    expect(mask(compile({ pattern: String.raw`TCK-\d{4}`, replacement: '[TICKET]' }), 'see TCK-1234.')).toBe(
      'see [TICKET].',
    );
  });

  it('refuses what cannot be streamed, naming the place', () => {
    expect(() => compile({ pattern: 'a(?=b)' })).toThrow(/at \d+/);
  });
});

const views = (text: string, canonical: string): TextViews => ({
  original: text,
  canonical: { text: canonical, originalSpan: (start, end) => ({ start: start * 2, end: end * 2 }) },
  folded: { text: canonical, originalSpan: (start, end) => ({ start, end }) },
  decoded: [],
});

function input(text: string, canonical = text): CheckInput {
  const one: ConversationText = {
    path: 'messages.0.content',
    role: 'user',
    stage: 'input',
    text,
    tool: '',
    views: views(text, canonical),
  };
  return {
    texts: [one],
    context: [],
    facts: new Map(),
    canaries: [],
    signal: new AbortController().signal,
    principal: undefined,
  };
}

describe('regexKind', () => {
  const check = (definition: Omit<Partial<RegexDefinition>, 'kind'>) => {
    const compiled = regexKind.compile('own', regexKind.schema.parse({ kind: 'regex', ...definition }));
    expect(compiled.kind).toBe('check');
    return compiled.kind === 'check' ? compiled.check : undefined;
  };

  it('finds every match in the original, once', () => {
    const findings = check({ regexes: ['b+', 'c', 'bb'] })?.check(input('abbcb'));
    expect(findings).toMatchObject([
      { start: 1, end: 3, path: 'messages.0.content', score: 1 },
      { start: 3, end: 4 },
      { start: 4, end: 5 },
    ]);
  });

  it('reads the canonical view as well and points into the original', () => {
    expect(check({ regexes: ['^secret$'] })?.check(input('s.e.c.r.e.t.', 'secret'))).toMatchObject([
      { start: 0, end: 12 },
    ]);
  });

  it.each([
    ['a(?=b)', 'regexes.0'],
    [String.raw`(a)\1`, 'regexes.0'],
    ['((a{100}){100}){100}', 'repeat count'],
    ['a{900}', 'instructions'],
    ['(', 'missing'],
  ])('refuses %s, saying %s', (regex, says) => {
    expect(() => check({ regexes: [regex] })).toThrow(says);
  });

  it('refuses expressions that cost too much together', () => {
    expect(() => check({ regexes: ['a{200}', 'b{200}', 'c{200}', 'd{200}'] })).toThrow('together');
  });

  it('answers in bounded time where others backtrack for ever', () => {
    const text = 'a'.repeat(1_000_000);
    // A backtracking engine would not come back before the test's own limit.
    expect(check({ regexes: ['(a+)+$b', '(a|a)*c', '(.*a){20}x'] })?.check(input(text))).toEqual([]);
  });

  it('agrees with the language it is a part of', () => {
    const sources = ['a+b', '(ab|c)*d', '[^a]b?', String.raw`\d{2,3}`, '^a.c$'];
    fc.assert(
      fc.property(
        fc.constantFrom(...sources),
        fc.string({ unit: fc.constantFrom(...'abcd12\n'), maxLength: 8 }),
        (source, text) => {
          expect(compileLinearRegex(source).test(text)).toBe(new RegExp(source).test(text));
        },
      ),
      { numRuns: 500 },
    );
  });
});
