import { describe, expect, it } from 'vitest';
import { CharSet, LETTER, WORD } from '../../pattern/char-set.js';
import { detector } from '../sample-plan.fixture.js';
import { Scanner } from '../scanner.js';
import { StreamScanner } from '../stream-scanner.js';

const TAILED = [
  detector('letters', '!', { tail: LETTER }),
  detector('words', '!', { tail: WORD }),
  detector('same', String.raw`\?`, { tail: CharSet.of([65, 90], [97, 122]) }),
];

/** Ends of what was found in pieces of a text, by detector. */
function ends(pieces: readonly string[]): (readonly [string, number, number])[] {
  const stream = new StreamScanner(Scanner.compile(TAILED));
  const found = pieces.flatMap((piece) => {
    stream.push(piece);
    return stream.takeMatches();
  });
  stream.end();
  return [...found, ...stream.takeMatches()].map(({ detector: { id }, start, end }) => [id, start, end] as const);
}

describe('tails', () => {
  it.each([
    [
      ['!ab1?c-d'],
      [
        ['letters', 0, 3],
        ['words', 0, 4],
        ['same', 4, 6],
      ],
    ],
    [
      ['!', 'a', '\u200b', 'b', '-', 'c'],
      [
        ['letters', 0, 4],
        ['words', 0, 4],
      ],
    ],
    [
      ['!!a', 'b'],
      [
        ['letters', 0, 1],
        ['words', 0, 1],
        ['letters', 1, 4],
        ['words', 1, 4],
      ],
    ],
    [
      ['!𝐚\ud835', '\udc1b-'],
      [
        ['letters', 0, 5],
        ['words', 0, 5],
      ],
    ],
  ] as const)('%j ends at %j', (pieces, expected) => {
    expect(ends(pieces)).toEqual(expected);
    expect(ends(pieces.join('').split(''))).toEqual(expected);
  });

  it('grow together where they are the same, however many there are', () => {
    const stream = new StreamScanner(Scanner.compile([detector('any', '!', { tail: CharSet.any() })]));
    stream.push('!'.repeat(500));
    expect(stream.growing).toBe(1);
    const matches = stream.takeMatches();
    stream.push('abc');
    expect(matches).toHaveLength(500);
    expect(new Set(matches.map(({ end }) => end))).toEqual(new Set([503]));
    stream.end();
    expect(stream.growing).toBe(0);
  });
});
