import { describe, expect, it } from 'vitest';
import { egressDetectors } from '../detector/egress/egress-catalogue.js';
import { piiDetectors } from '../detector/pii/pii-catalogue.js';
import { secretDetectors } from '../detector/secret/secret-catalogue.js';
import { WORD } from '../pattern/char-set.js';
import { CARD, detector, filterAll, planOf, SAMPLES } from './sample-plan.fixture.js';
import { Scanner, scanWhole } from './scanner.js';
import { StreamScanner } from './stream-scanner.js';

const PHRASES = Array.from({ length: 500 }, (_, index) =>
  detector(`words.${index}`, String.raw`secret\s{1,4}word\s{1,4}number${index}`, {
    ignoreCase: true,
    notAfter: WORD,
    notBefore: WORD,
  }),
);
const EVERYTHING = [...piiDetectors, ...secretDetectors, ...egressDetectors, ...PHRASES];
const PROSE =
  'The committee met on 12 May 2024 and agreed on version 3.14 of the plan, at 10:30, for 1200 people; see page 4, note "b". ';

/** Most candidates at once, and units held at most. */
function followed(scanner: Scanner, text: string): { candidates: number; held: number } {
  const stream = new StreamScanner(scanner);
  let [candidates, held] = [0, 0];
  for (let index = 0; index < text.length; index++) {
    stream.push(text.charAt(index));
    candidates = Math.max(candidates, stream.candidates);
    held = Math.max(held, index + 1 - stream.decidedTo);
  }
  return { candidates, held };
}

describe('Scanner', () => {
  it('finds values in a whole text, by their place', () => {
    const matches = scanWhole(Scanner.compile(SAMPLES), 'a@b.co, 4111 1111 1111 1111 and sk-abcd1234567');
    expect(matches.map(({ detector: { id }, start, end, value, score }) => [id, start, end, value, score])).toEqual([
      ['email', 0, 6, 'a@b.co', 1],
      ['card', 8, 27, '4111 1111 1111 1111', 1],
      ['key', 32, 46, 'sk-abcd1234', 1],
    ]);
    expect(scanWhole(Scanner.compile([]), 'anything')).toEqual([]);
  });

  it('finds the longest end that is a value, within the longest value', () => {
    const even = detector('even', 'a+', { maxLength: 5, validate: (value) => value.length % 2 === 0 });
    const [match] = scanWhole(Scanner.compile([even]), 'aaaaaaaa');
    expect([match?.start, match?.end]).toEqual([0, 4]);
  });

  it('gives a candidate up when it is longer than its longest value', () => {
    const open = Scanner.compile([detector('open', 'a[b ]*c', { maxLength: 10 })]);
    expect(followed(open, `a${'b'.repeat(300)}c`).held).toBe(10);
    expect(followed(open, 'abb a b '.repeat(50)).candidates).toBeLessThanOrEqual(4);
  });

  it('lets a check read the value as it looks, and reports it as it is', () => {
    const read: string[] = [];
    const spy = detector('spy', String.raw`\d{3}`, { validate: (value) => read.push(value) > 0 });
    expect(scanWhole(Scanner.compile([spy]), 'x１\u200b2𝟑')[0]?.value).toBe('１\u200b2𝟑');
    expect(read).toEqual(['123']);
  });

  it('puts several hundred detectors into one automaton that stays small', () => {
    const scanner = Scanner.compile(EVERYTHING);
    const { candidates, held } = followed(scanner, PROSE.repeat(20));
    expect(scanner.slots.length).toBeGreaterThan(600);
    expect(candidates).toBeLessThanOrEqual(8);
    expect(held).toBeLessThanOrEqual(40);
    expect(scanner.automaton.table.size * scanner.automaton.alphabet.size).toBeLessThan(2_500_000);
    expect(scanner.automaton.table.size).toBeLessThan(2_000);
  });

  it.each([
    ['digits', '4'],
    ['a@', 'a@'],
    ['brackets', '('],
    ['invisible characters', '4\u200b'],
    ['lone surrogates', '\ud835'],
    ['almost values', '4111 1111 1111 111x a@b sk-abcd '],
  ])('follows no more candidates in a longer text: %s', (_name, part) => {
    const scanner = Scanner.compile(EVERYTHING);
    const short = followed(scanner, part.repeat(Math.ceil(1_500 / part.length)));
    const long = followed(scanner, part.repeat(Math.ceil(4_500 / part.length)));
    expect(long.candidates).toBeLessThanOrEqual(short.candidates + 1);
    expect(long.held).toBeLessThanOrEqual(scanner.maxHoldback);
  });

  it.each([
    ['100,000 invisible characters', `4${'\u200b'.repeat(100_000)}111 1111 1111 1111`],
    ['200,000 digits', '7'.repeat(200_000)],
    ['a@a@a@', 'a@'.repeat(50_000)],
    ['brackets', '('.repeat(100_000)],
    ['lone surrogates', '\ud835\udc00\ud835'.repeat(30_000)],
  ])('lets harmless text through unchanged, in time: %s', (_name, text) => {
    const plan = planOf(SAMPLES);
    const pieces = [text.slice(0, 3), text.slice(3, 50_001), text.slice(50_001)];
    expect(filterAll(plan, pieces).text === text).toBe(true);
  });

  it('reads invisible characters about as fast as others', () => {
    const scanner = Scanner.compile(EVERYTHING);
    const before = scanWhole(scanner, `x ${'\u200b'.repeat(10)}`).length + scanner.automaton.table.size;
    expect(scanWhole(scanner, `x ${'\u200b'.repeat(100_000)}`)).toHaveLength(0);
    expect(scanner.automaton.table.size).toBe(before);
    expect(scanner.automaton.table.skippedStarts.size).toBe(1);
  });

  it('ends a candidate with too many invisible characters, and holds no more than it says', () => {
    const { maxHoldback } = planOf([CARD]);
    const spread = (count: number) => [...'4111111111111111'].join('\u200b'.repeat(count));
    expect(filterAll(planOf([CARD]), [...spread(17)]).text).toBe('[CARD]');
    expect(filterAll(planOf([CARD]), [...spread(40)]).text).toBe(spread(40));
    expect(filterAll(planOf([CARD]), [...spread(40)]).mostHeldBack).toBeLessThanOrEqual(maxHoldback);
  });
});
