import { z } from 'zod';
import { wordScore } from '../../text/language.js';
import type { CheckKind } from '../check-kind.js';
import type { CheckFinding, ConversationText } from '../text-check.js';

const THRESHOLD = 0.5;
const WORD = /[a-z]{4,}/g;
const LETTERS = /\p{L}/gu;
/** Mean bits of a word: about 1.5 in English, 0 in other languages of Latin script, -1.5 by chance. */
const EVEN_BITS = -0.9;
const STEPS_PER_BIT = 4;
const MAX_CHARACTERS = 100_000;
/** The same few letters over and over: `aaaaaa`, `hahahaha`, `asdasdasd`. */
const REPEATED = /(.{1,4}?)\1{5,}/gsu;
const STREAM_WINDOW = 400;

const schema = z.strictObject({
  kind: z.literal('gibberish'),
  /** Texts with fewer Latin letters are not judged. */
  min_chars: z.number().int().min(8).max(10_000).default(16),
});

export type GibberishDefinition = z.output<typeof schema>;

/** Texts of letters that no language writes like that: keys hit by chance, noise, one piece repeated. Latin script only. */
export const gibberishKind: CheckKind<GibberishDefinition> = {
  kind: 'gibberish',
  schema,
  compile: (name, { min_chars: minCharacters }) => ({
    kind: 'check',
    check: {
      id: name,
      version: '1',
      threshold: THRESHOLD,
      stream: STREAM_WINDOW,
      check: ({ texts }) => texts.flatMap((text) => judge(text, minCharacters)),
    },
  }),
};

function judge(text: ConversationText, minCharacters: number): CheckFinding[] {
  const folded = text.views.folded.text.slice(0, MAX_CHARACTERS);
  const words = folded.match(WORD) ?? [];
  const letters = words.reduce((sum, word) => sum + word.length, 0);
  if (letters < minCharacters) return [];
  // Words that mean something in another script, and data around few words, are not for this check to judge.
  const all = folded.match(LETTERS)?.length ?? 0;
  if (letters * 2 < all) return [];
  const bits = words.reduce((sum, word) => sum + wordScore(word) * word.length, 0) / letters;
  const strange = 1 / (1 + Math.exp(STEPS_PER_BIT * (bits - EVEN_BITS)));
  const score = Math.max(strange, repeatedShare(folded));
  return [{ path: text.path, start: 0, end: text.text.length, score, category: 'custom', entity: 'gibberish' }];
}

function repeatedShare(text: string): number {
  let repeated = 0;
  let visible = 0;
  for (const character of text) if (character.trim()) visible++;
  for (const found of text.matchAll(REPEATED)) repeated += found[0].replace(/[^\p{L}]/gu, '').length;
  return visible ? repeated / visible : 0;
}
