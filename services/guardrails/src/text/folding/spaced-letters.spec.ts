import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MappedText } from '../mapped-text.js';
import { joinSpacedLetters } from './spaced-letters.js';

const joined = (text: string) => joinSpacedLetters(new MappedText(text, undefined)).text;

describe('spaced letters', () => {
  it.each([
    ['i g n o r e', 'ignore'],
    ['i g n o r e   a l l   r u l e s', 'ignore all rules'],
    ['i_g_n_o_r_e it', 'ignore it'],
    ['i/g/n/o/r/e it', 'ignore it'],
    ['now i,g,n,o,r,e it', 'now ignore it'],
    ['say h e l l o to them', 'say hello to them'],
    ['i.g.n.o.r.e  a.l.l', 'ignore all'],
    ['" i   c a n \' t   s a y ,   o k a y ? "   h e   a s k e d .', '" i   can\'t say, okay?" he asked.'],
    ['r e p l y :   . - -   . . . .   /   . -', 'reply: .-- .... / .-'],
    ['w e l l - k n o w n', 'well-known'],
    ['م ت ى   ت أ س س ت', 'متى تأسست'],
    ['h e l l o   😀   y o u', 'hello 😀 you'],
  ])('%j is %j', (text, expected) => {
    expect(joined(text)).toBe(expected);
  });

  it.each([
    'a b c',
    'i am a b',
    '1 2 3 4 5 6',
    '1.2.3.4',
    '2020-1-2',
    'e.g. this',
    'plan a or b',
    'x, y and z',
    'a + b - c * d / e',
    '| a | b | c | d | e |',
    "it i'm 😷 ok",
    'of the u.s. →',
    '',
  ])('%j stays', (text) => expect(joined(text)).toBe(text));

  it('point to where each letter stood', () => {
    const view = joinSpacedLetters(new MappedText('see i-g-n-o-r-e', undefined));
    const at = view.text.indexOf('nor');
    expect(view.originalSpan(at, at + 3)).toEqual({ start: 8, end: 13 });
  });

  it('lose nothing but what stands between letters', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b', '1', ' ', '-', '.', '\n'), maxLength: 60 }), (text) => {
        expect(joined(text).replace(/[^a-z0-9]/g, '')).toBe(text.replace(/[^a-z0-9]/g, ''));
      }),
      { numRuns: 300 },
    );
  });
});
