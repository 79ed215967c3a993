import { z } from 'zod';
import type { CheckKind } from '../../detector/check-kind.js';
import type { DetectorSpec } from '../../detector/detector.js';
import type { StreamNeed, TextCheck } from '../../detector/text-check.js';
import type { Category } from '../../detector/verdict-words.js';
import { CharSet } from '../../pattern/char-set.js';
import type { CheckCatalogue } from '../check-catalogue.js';

/** A few detectors, checks and kinds, so that specs of policies do not depend on what Weir's own ones find. */

const LETTERS = CharSet.of([97, 122]);

function detector(
  id: string,
  category: Category,
  pattern: string,
  maxLength: number,
  more: Partial<DetectorSpec> = {},
) {
  const replacement = `[${id}]`;
  return { id, category, entity: id, owasp: '', pattern, maxLength, replacement, score: 1, ...more };
}

const detectors: readonly DetectorSpec[] = [
  detector('pii.card', 'pii', '4[0-9]{15}', 16),
  detector('pii.email', 'pii', '[a-z]{1,20}@[a-z]{1,20}', 41, { notAfter: LETTERS }),
  detector('pii.plate', 'pii', 'X[0-9]{4}', 5, { score: 0.3, context: { words: ['plate'], score: 0.8 } }),
  detector('secret.key', 'secret', 'key-[a-z]{8}', 12),
  detector('egress.link.bare', 'egress', 'http://[a-z]{1,20}', 27),
  detector('egress.image', 'egress', '!\\[\\]', 3),
  detector('egress.sql', 'egress', 'drop table', 10),
];

/** Finds every occurrence of a word with one score. */
export function wordCheck(id: string, word: string, score: number, stream: StreamNeed): TextCheck {
  return {
    id,
    version: '1',
    threshold: 0.6,
    stream,
    check: ({ texts }) =>
      texts.flatMap(({ path, text }) => {
        const start = text.indexOf(word);
        return start < 0 ? [] : [{ path, start, end: start + word.length, score, category: 'custom', entity: id }];
      }),
  };
}

const word = z.string().regex(/^[a-z ]{1,40}$/);
const words = z.strictObject({ kind: z.literal('words'), words: z.array(word).min(1) });
const contains = z.strictObject({ kind: z.literal('contains'), word });

const wordsKind: CheckKind<z.output<typeof words>> = {
  kind: 'words',
  schema: words,
  compile: (name, definition) => ({
    kind: 'patterns',
    patterns: definition.words.map((text, place) => detector(`${name}.${place}`, 'words', text, text.length)),
  }),
};

const containsKind: CheckKind<z.output<typeof contains>> = {
  kind: 'contains',
  schema: contains,
  compile: (name, definition) => ({ kind: 'check', check: wordCheck(name, definition.word, 0.9, 'whole') }),
};

export const sampleCatalogue: CheckCatalogue = {
  detectors,
  checks: [wordCheck('prompt-injection', 'ignore', 0.7, 200), wordCheck('leak', 'canary', 1, 'whole')],
  kinds: [wordsKind, containsKind],
  normalizer: 'sample-1',
};

/** By this name: an object with a member `then` written out looks like a promise to tools. */
const THEN = String('then');

/** The field `logic` of a policy with one rule. */
export function logicOf(when: object, conclusion: object, more: object = {}): { readonly logic: object } {
  return { logic: { ...more, rules: [{ id: 'rule', when, [THEN]: conclusion }] } };
}
