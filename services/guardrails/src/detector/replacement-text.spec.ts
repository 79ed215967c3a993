import { describe, expect, it } from 'vitest';
import { replacementText, separatingText } from './replacement-text.js';

describe('what a policy puts in the place of a value', () => {
  it.each(['[CARD]', 'another provider', '其他公司', '()', '***', '§'])('may be %s', (text) => {
    expect(replacementText.safeParse(text).success).toBe(true);
  });

  it.each(['', ' ', '-', '1111', '...', '\u200b', '–', '@'])(
    'may not be %j, which could complete another value',
    (text) => {
      expect(separatingText.safeParse(text).success).toBe(false);
      expect(replacementText.safeParse(text).success).toBe(false);
    },
  );

  it.each(['"', 'a\\', 'a\n'])('may not end the JSON string that a value stood in: %j', (text) => {
    expect(replacementText.safeParse(text).success).toBe(false);
    expect(separatingText.safeParse(`(${text})`).success).toBe(true);
  });
});
