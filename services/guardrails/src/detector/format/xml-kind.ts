import { z } from 'zod';
import type { CheckKind } from '../check-kind.js';
import { formatCheck } from './format-check.js';
import { xmlProblem } from './xml-text.js';

const definition = z.strictObject({
  kind: z.literal('xml'),
  max_depth: z.number().int().min(1).max(500).default(64),
});

export type XmlDefinition = z.output<typeof definition>;

/** A text has to be a well-formed XML document without declarations of its own. */
export const xmlKind: CheckKind<XmlDefinition> = {
  kind: 'xml',
  schema: definition,
  compile: (name, { max_depth }) => ({
    kind: 'check',
    check: formatCheck(name, 'xml-1', 'xml', (text) => xmlProblem(text, max_depth)),
  }),
};
