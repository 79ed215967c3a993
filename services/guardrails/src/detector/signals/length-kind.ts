import { z } from 'zod';
import type { CheckKind } from '../check-kind.js';
import type { CheckFinding, ConversationText } from '../text-check.js';

const MOST = 10_000_000;
const limit = z.number().int().min(1).max(MOST).optional();

const schema = z
  .strictObject({
    kind: z.literal('length'),
    /** In UTF-16 code units. */
    min_chars: limit,
    max_chars: limit,
    /** Words are what white space separates. */
    min_words: limit,
    max_words: limit,
  })
  .refine((each) => each.min_chars ?? each.max_chars ?? each.min_words ?? each.max_words, 'needs at least one limit');

export type LengthDefinition = z.output<typeof schema>;

/**
 * Texts that are too long or too short. Too short can only be said of a complete text, and so can the number of words: a
 * stream keeps no more than the last of them.
 */
export const lengthKind: CheckKind<LengthDefinition> = {
  kind: 'length',
  schema,
  compile(name, limits) {
    const complete = limits.min_chars ?? limits.min_words ?? limits.max_words;
    return {
      kind: 'check',
      check: {
        id: name,
        version: '1',
        threshold: 0.5,
        // Whatever the window: a text that grows too long is seen before its next part goes out.
        stream: complete === undefined ? 1 : 'whole',
        check: ({ texts }) => texts.flatMap((text) => measure(text, limits)),
      },
    };
  },
};

function measure(text: ConversationText, limits: LengthDefinition): CheckFinding[] {
  const characters = (text.before ?? 0) + text.text.length;
  const words = limits.min_words || limits.max_words ? countWords(text.text) : 0;
  const finding = { path: text.path, start: 0, end: text.text.length, score: 1, category: 'format' } as const;
  if (characters > (limits.max_chars ?? MOST) || words > (limits.max_words ?? MOST))
    return [{ ...finding, entity: 'too_long', owasp: 'LLM10' }];
  if (characters < (limits.min_chars ?? 0) || words < (limits.min_words ?? 0))
    return [{ ...finding, entity: 'too_short' }];
  return [];
}

function countWords(text: string): number {
  let words = 0;
  let inside = false;
  for (let at = 0; at < text.length; at++) {
    const blank = text[at]!.trim() === '';
    if (!blank && !inside) words++;
    inside = !blank;
  }
  return words;
}
