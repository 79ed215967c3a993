import { z } from 'zod';
import type { CheckKind } from '../check-kind.js';
import { compileSchema } from './compile-schema.js';
import { formatCheck } from './format-check.js';
import { readJson } from './json-text.js';

const MAX_DEPTH = 64;

const jsonSchema = z.strictObject({
  kind: z.literal('json_schema'),
  /** JSON Schema, draft 2020-12. */
  schema: z.record(z.string(), z.unknown()),
});

export type JsonSchemaDefinition = z.output<typeof jsonSchema>;

/** A text has to be JSON that is valid against a schema. */
export const jsonSchemaKind: CheckKind<JsonSchemaDefinition> = {
  kind: 'json_schema',
  schema: jsonSchema,
  compile: (name, { schema }) => {
    const isValid = compileSchema(schema);
    const check = formatCheck(name, 'json-schema-1', 'json_schema', (text) => {
      const reading = readJson(text, { maxDepth: MAX_DEPTH });
      if (!reading.ok) return reading.reason;
      return isValid(reading.value) ? undefined : 'invalid';
    });
    return { kind: 'check', check };
  },
};

const json = z.strictObject({
  kind: z.literal('json'),
  max_depth: z.number().int().min(1).max(500).default(MAX_DEPTH),
});

export type JsonDefinition = z.output<typeof json>;

/** A text has to be JSON. */
export const jsonKind: CheckKind<JsonDefinition> = {
  kind: 'json',
  schema: json,
  compile: (name, { max_depth }) => ({
    kind: 'check',
    check: formatCheck(name, 'json-1', 'json', (text) => {
      const reading = readJson(text, { maxDepth: max_depth });
      return reading.ok ? undefined : reading.reason;
    }),
  }),
};
