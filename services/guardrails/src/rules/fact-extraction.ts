import { z } from 'zod';
import { compileSchema } from '../detector/format/compile-schema.js';
import { invalidLogic, type ExtractDocument } from './logic-document.js';
import type { FactExtraction } from './rule-set.js';

const PREFIX = 'extracted.';
const scalar = z.enum(['string', 'number', 'integer', 'boolean']);
const objectSchema = z.looseObject({
  type: z.literal('object'),
  properties: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/), z.looseObject({ type: scalar })),
});

export interface CompiledExtraction {
  readonly extraction: FactExtraction;
  /** Names of the facts that it can find. */
  readonly facts: ReadonlySet<string>;
}

/** @throws WeirError `invalid_configuration` for a schema that is not that of an object with scalar properties. */
export function compileExtraction(document: ExtractDocument): CompiledExtraction {
  const parsed = objectSchema.safeParse(document.schema);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalidLogic(`extract.schema.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not valid'}`);
  }
  const schema = { ...document.schema, additionalProperties: false };
  compileSchema(schema);
  return {
    extraction: {
      model: document.model,
      instructions: document.instructions,
      schema: JSON.stringify(schema),
      deadlineMs: document.deadline_ms,
      onError: document.on_error,
    },
    facts: new Set(Object.keys(parsed.data.properties).map((name) => PREFIX + name)),
  };
}
