import type { Refuse } from './gbnf.js';

export type JsonObject = Readonly<Record<string, unknown>>;
export type JsonType = 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null';

/** Say something to people and nothing to a grammar. */
const ANNOTATIONS = words(
  'title description default examples example $schema $id $comment deprecated readOnly writeOnly $defs definitions',
);
const OF_TYPE: Readonly<Record<'object' | 'array' | 'string' | 'number', ReadonlySet<string>>> = {
  object: words('properties required additionalProperties minProperties maxProperties'),
  array: words('items prefixItems minItems maxItems uniqueItems'),
  string: words('minLength maxLength pattern format'),
  number: words('minimum maximum exclusiveMinimum exclusiveMaximum multipleOf'),
};
/** Each of them says all that a schema says. */
const WHOLE = ['$ref', 'allOf', 'anyOf', 'oneOf', 'const', 'enum'] as const;
const TYPES: readonly string[] = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];

export type WholeKeyword = (typeof WHOLE)[number];

/** Refuses every keyword that no grammar is made for: nothing is ignored. */
export function checkKeywords(schema: JsonObject, refuse: Refuse): void {
  for (const key of Object.keys(schema)) {
    if (key === 'type' || ANNOTATIONS.has(key) || isWhole(key)) continue;
    if (Object.values(OF_TYPE).some((keywords) => keywords.has(key))) continue;
    throw refuse(key, 'no grammar can be made for it');
  }
}

/** The keyword that says it all, when there is one; others beside it are refused. */
export function wholeKeyword(schema: JsonObject, refuse: Refuse): WholeKeyword | undefined {
  const whole = WHOLE.find((keyword) => keyword in schema);
  if (!whole) return undefined;
  const typed = whole === 'const' || whole === 'enum';
  const other = Object.keys(schema).find((key) => key !== whole && !ANNOTATIONS.has(key) && !(typed && key === 'type'));
  if (other) throw refuse(other, `it cannot be joined with "${whole}"`);
  return whole;
}

/** The types that a schema names, or those that its keywords are about; empty = it says nothing. */
export function typesOf(schema: JsonObject, refuse: Refuse): readonly JsonType[] {
  const { type } = schema;
  if (type === undefined) {
    const about = (['object', 'array', 'string', 'number'] as const).filter((name) =>
      Object.keys(schema).some((key) => OF_TYPE[name].has(key)),
    );
    return about;
  }
  const list: readonly unknown[] = Array.isArray(type) ? type : [type];
  if (list.length === 0 || !list.every(isType)) throw refuse('type', 'it names no type of JSON');
  const types = [...new Set(list)];
  return types.includes('number') ? types.filter((name) => name !== 'integer') : types;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A whole number from 0, or undefined where the keyword is absent. */
export function countOf(schema: JsonObject, keyword: string, refuse: Refuse): number | undefined {
  const value = schema[keyword];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw refuse(keyword, 'it is no whole number from 0');
  return value;
}

export function numberOf(schema: JsonObject, keyword: string, refuse: Refuse): number | undefined {
  const value = schema[keyword];
  if (value === undefined || (typeof value === 'number' && Number.isFinite(value))) return value as number | undefined;
  throw refuse(keyword, 'it is no number');
}

function isType(value: unknown): value is JsonType {
  return typeof value === 'string' && TYPES.includes(value);
}

function isWhole(key: string): boolean {
  return WHOLE.some((keyword) => keyword === key);
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}
