import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WholeCharacters } from './whole-characters.js';

function through(pieces: readonly string[]): string[] {
  const characters = new WholeCharacters();
  return [...pieces.map((piece) => characters.push(piece)), characters.flush()];
}

describe('WholeCharacters', () => {
  it.each([
    [
      ['a\ud83d', '\ude00b'],
      ['a', '\u{1f600}b', ''],
    ],
    [
      ['\ud83d', '', '\ude00'],
      ['', '', '\u{1f600}', ''],
    ],
    [['a\ud800'], ['a', '\ufffd']],
    [
      ['\ud800', 'b'],
      ['', '\ufffdb', ''],
    ],
    [['\udc00b'], ['\ufffdb', '']],
  ])('%j is read as %j', (pieces, read) => {
    expect(through(pieces)).toEqual(read);
  });

  it('gives the well-formed text, well-formed in every piece, however it is cut', () => {
    const unit = fc.constantFrom('a', 'é', '\ud83d', '\ude00', '\ud800', '\udfff', '\u{1f600}');
    fc.assert(
      fc.property(fc.array(fc.array(unit).map((units) => units.join(''))), (pieces) => {
        const read = through(pieces);
        expect(read.join('')).toBe(pieces.join('').toWellFormed());
        expect(read.every((piece) => piece.isWellFormed())).toBe(true);
      }),
    );
  });
});
