import { WeirError } from '@weir/errors';
import { Ajv, type ValidateFunction } from 'ajv';
import { RE2JS } from 're2js';
import type { Facts, FactValue } from '../../rules/rule-set.js';

const MOST_FACTS = 64;
const LONGEST_FACT = 1_000;
const LONGEST_SCHEMA = 65_536;

/** Reads the answers of one schema. */
export type FactReader = (answer: string) => Facts;

/**
 * Compiles a schema to what reads answers: an object that follows it, with values that are no objects or lists, under
 * declared names only. A fact is called `extracted.<name>`; null is no fact.
 * @throws WeirError `invalid_configuration` for a schema that is none; its reader throws `upstream_error`
 */
export function factReader(schemaText: string): FactReader {
  const schema = parseSchema(schemaText);
  const isValid = compile(schema);
  const declared = new Set(Object.keys(schema.properties));
  return (answer) => {
    const found = objectIn(answer);
    if (!isValid(found)) throw garbage('what does not follow its schema');
    const facts = new Map<string, FactValue>();
    for (const [name, value] of Object.entries(found)) {
      if (!declared.has(name)) throw garbage('a fact that was not asked for');
      if (value === null) continue;
      if (!isFact(value)) throw garbage('a fact that is no short text, number or boolean');
      facts.set(`extracted.${name}`, value);
    }
    if (facts.size > MOST_FACTS) throw garbage('too many facts');
    return facts;
  };
}

interface ObjectSchema {
  readonly properties: Readonly<Record<string, unknown>>;
}

function parseSchema(text: string): ObjectSchema {
  const refused = (problem: string, cause?: unknown) =>
    new WeirError('invalid_configuration', `The schema of facts ${problem}.`, { cause });
  if (text.length > LONGEST_SCHEMA) throw refused('is too long');
  const schema = parsed(text, (cause) => refused('is no JSON', cause));
  if (!isObject(schema) || !isObject(schema.properties)) throw refused('declares no properties');
  return { ...schema, properties: schema.properties };
}

function compile(schema: ObjectSchema): ValidateFunction {
  // Patterns of a policy must not be able to take more than linear time.
  const regExp = Object.assign(
    (pattern: string) => {
      const compiled = RE2JS.compile(pattern);
      return { test: (text: string) => compiled.matcher(text).find() };
    },
    { code: 'regExp' },
  );
  try {
    return new Ajv({ strict: false, validateFormats: false, code: { regExp } }).compile(schema);
  } catch (cause) {
    throw new WeirError('invalid_configuration', 'The schema of facts cannot be compiled.', { cause });
  }
}

function objectIn(answer: string): Readonly<Record<string, unknown>> {
  const value = parsed(answer, () => garbage('no JSON'));
  if (!isObject(value)) throw garbage('no object');
  return value;
}

function parsed(text: string, failure: (cause: unknown) => WeirError): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw failure(cause);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFact(value: unknown): value is FactValue {
  if (typeof value === 'string') return value.length <= LONGEST_FACT;
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}

function garbage(what: string): WeirError {
  return new WeirError('upstream_error', `The model that finds facts answered with ${what}.`);
}
