import { describe, expect, it } from 'vitest';
import { contextFinder } from './context-words.js';

describe('words before a value', () => {
  const near = contextFinder({ words: ['card', 'ss#', 'né le'], score: 0.9 });

  it.each(['my card is ', 'CARD:', '4111 1111 card ', 'ｃａｒｄ ', 'ⓒⓐⓡⓓ ', 'c\u00adard ', 'ss#', 'Né le 1.1.'])(
    'are found in %j',
    (before) => {
      expect(near(before)).toBe(true);
    },
  );

  it.each(['', '4111 1111 1111 ', 'discard ', 'cards ', 'card1 ', 'ss '])('are not found in %j', (before) => {
    expect(near(before)).toBe(false);
  });

  it('may be without letters: then numbers are read for them as well', () => {
    const ticket = contextFinder({ words: ['#1'], score: 0.9 });
    expect([ticket('22 #1 '), ticket('22 #12 ')]).toEqual([true, false]);
  });
});
