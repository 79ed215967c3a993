import { z } from 'zod';
import type { CheckKind } from '../check-kind.js';
import { replacementText } from '../replacement-text.js';
import { phraseDetectors } from './phrase-detector.js';

const phrase = z
  .string()
  .max(120)
  .regex(/[^\s\p{C}]/u, 'has nothing to look for');
const words = z.strictObject({
  kind: z.literal('words'),
  words: z.array(phrase).min(1).max(500),
  match: z.enum(['word', 'substring']).default('word'),
  case_sensitive: z.boolean().default(false),
});

export type WordsDefinition = z.output<typeof words>;

/** Words and phrases that a policy names. */
export const wordsKind: CheckKind<WordsDefinition> = {
  kind: 'words',
  schema: words,
  compile: (name, definition) => ({
    kind: 'patterns',
    patterns: definition.words.flatMap((text, index) =>
      phraseDetectors({
        id: `${name}.${index}`,
        text,
        category: 'words',
        entity: 'DENIED_WORD',
        replacement: '[REMOVED]',
        match: definition.match,
        caseSensitive: definition.case_sensitive,
      }),
    ),
  }),
};

const competitors = z.strictObject({
  kind: z.literal('competitors'),
  names: z.array(phrase).min(1).max(500),
  /** What a masked name becomes, for example the own product's name. */
  replacement: replacementText.default('another provider'),
  match: z.enum(['word', 'substring']).default('word'),
  case_sensitive: z.boolean().default(false),
});

export type CompetitorsDefinition = z.output<typeof competitors>;

/** Names of others, which an answer does not mention or for which it names something else. */
export const competitorsKind: CheckKind<CompetitorsDefinition> = {
  kind: 'competitors',
  schema: competitors,
  compile: (name, definition) => ({
    kind: 'patterns',
    patterns: definition.names.flatMap((text, index) =>
      phraseDetectors({
        id: `${name}.${index}`,
        text,
        category: 'topic',
        entity: 'COMPETITOR',
        replacement: definition.replacement,
        match: definition.match,
        caseSensitive: definition.case_sensitive,
      }),
    ),
  }),
};
