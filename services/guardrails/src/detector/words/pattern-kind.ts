import { z } from 'zod';
import { parsePattern } from '../../pattern/parse-pattern.js';
import type { CheckKind } from '../check-kind.js';
import { replacementText } from '../replacement-text.js';

const definition = z.strictObject({
  kind: z.literal('pattern'),
  /** Regular expression in the subset of `parsePattern`: it can mask and hold back values in streams. */
  pattern: z.string().min(1).max(1_000),
  ignore_case: z.boolean().default(false),
  /** Longest value, and the most that can be held back for it. */
  max_length: z.number().int().min(1).max(4_096).default(256),
  replacement: replacementText.default('[REMOVED]'),
  entity: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]{0,63}$/)
    .default('PATTERN'),
});

export type PatternDefinition = z.output<typeof definition>;

/** One pattern that a policy writes for values of its own. */
export const patternKind: CheckKind<PatternDefinition> = {
  kind: 'pattern',
  schema: definition,
  compile: (name, { pattern, ignore_case, max_length, replacement, entity }) => {
    parsePattern(pattern, { ignoreCase: ignore_case });
    return {
      kind: 'patterns',
      patterns: [
        {
          id: `${name}.pattern`,
          category: 'custom',
          entity,
          owasp: '',
          pattern,
          ignoreCase: ignore_case,
          maxLength: max_length,
          replacement,
          score: 1,
        },
      ],
    };
  },
};
