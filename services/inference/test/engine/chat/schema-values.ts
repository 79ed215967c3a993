import fc from 'fast-check';

type Schema = Readonly<Record<string, unknown>>;

/** A schema of the supported subset with a value that is valid for it. */
export interface SchemaAndValue {
  readonly schema: Schema;
  readonly value: unknown;
}

const text = fc.string({ unit: 'grapheme', maxLength: 8 }).filter((value) => value.isWellFormed());
const name = fc.constantFrom('a', 'ab', 'b', 'é', 'x y', '"q"', 'abc');

const scalar: fc.Arbitrary<SchemaAndValue> = fc.oneof(
  fc.boolean().map((value) => ({ schema: { type: 'boolean' }, value })),
  fc.constant({ schema: { type: 'null' }, value: null }),
  text.map((value) => ({ schema: { type: 'string' }, value })),
  fc.tuple(text, fc.nat(3), fc.nat(3)).map(([value, less, more]) => {
    const length = [...value].length;
    return { schema: { type: 'string', minLength: Math.max(0, length - less), maxLength: length + more }, value };
  }),
  fc.tuple(fc.integer({ min: -5_000, max: 5_000 }), fc.nat(2_000), fc.nat(2_000)).map(([value, less, more]) => ({
    schema: { type: 'integer', minimum: value - less, maximum: value + more },
    value,
  })),
  fc.tuple(fc.integer({ min: -50_000, max: 50_000 }), fc.nat(99), fc.nat(99)).map(([hundredths, less, more]) => {
    const value = hundredths / 100;
    return {
      schema: { type: 'number', minimum: Math.floor(value) - less, exclusiveMaximum: Math.ceil(value) + more + 1 },
      value,
    };
  }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => ({ schema: { type: 'number' }, value })),
  fc
    .tuple(fc.array(fc.jsonValue({ maxDepth: 1 }), { minLength: 1, maxLength: 4 }), fc.nat(3))
    .map(([values, index]) => ({
      schema: { enum: values },
      value: values[index % values.length],
    })),
  fc.jsonValue({ maxDepth: 2 }).map((value) => ({ schema: {}, value })),
);

/** Schemas with values, nested a few levels. */
export const schemaAndValue: fc.Arbitrary<SchemaAndValue> = fc.letrec<{ node: SchemaAndValue }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('node'), { maxLength: 3 }).map(tupleOf),
    fc
      .tuple(tie('node'), fc.nat(3), fc.nat(2), fc.nat(2))
      .map(([item, count, less, more]) => listOf(item, count, less, more)),
    fc
      .tuple(
        fc.uniqueArray(fc.tuple(name, tie('node'), fc.nat(2)), { maxLength: 4, selector: ([key]) => key }),
        fc.boolean(),
      )
      .map(([members, open]) => objectOf(members, open)),
    fc.tuple(tie('node'), tie('node'), fc.boolean()).map(([a, b, second]) => ({
      schema: { anyOf: [a.schema, b.schema] },
      value: (second ? b : a).value,
    })),
  ),
})).node;

function tupleOf(items: readonly SchemaAndValue[]): SchemaAndValue {
  const schema = { type: 'array', prefixItems: items.map((item) => item.schema), items: false, minItems: items.length };
  return { schema, value: items.map(({ value }) => value) };
}

function listOf(item: SchemaAndValue, count: number, less: number, more: number): SchemaAndValue {
  const schema = { type: 'array', items: item.schema, minItems: Math.max(0, count - less), maxItems: count + more };
  return { schema, value: Array.from({ length: count }, () => item.value) };
}

// 0 = required, 1 = there, but optional, 2 = not there.
function objectOf(members: readonly (readonly [string, SchemaAndValue, number])[], open: boolean): SchemaAndValue {
  const properties = Object.fromEntries(members.map(([key, { schema }]) => [key, schema]));
  const required = members.filter(([, , presence]) => presence === 0).map(([key]) => key);
  const there = members.filter(([, , presence]) => presence < 2).map(([key, { value }]) => [key, value] as const);
  const others = open ? [['other', 7] as const] : [];
  const schema = { type: 'object', properties, required, additionalProperties: open ? { type: 'integer' } : false };
  return { schema, value: Object.fromEntries([...there, ...others]) };
}

/** A plain reading of the same subset of JSON Schema. */
export function isValid(schema: unknown, value: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return schema === true;
  const s = schema as Record<string, never>;
  if ('enum' in s) return (s['enum'] as unknown[]).some((item) => JSON.stringify(item) === JSON.stringify(value));
  if ('anyOf' in s) return (s['anyOf'] as unknown[]).some((option) => isValid(option, value));
  if (s['type'] === undefined) return true;
  if (s['type'] === 'array') return Array.isArray(value) && isValidArray(s, value);
  if (s['type'] === 'object')
    return typeof value === 'object' && value !== null && !Array.isArray(value) && isValidObject(s, value);
  if (s['type'] === 'null') return value === null;
  if (s['type'] === 'boolean') return typeof value === 'boolean';
  if (s['type'] === 'string')
    return typeof value === 'string' && inside([...value].length, s['minLength'], s['maxLength']);
  if (typeof value !== 'number' || (s['type'] === 'integer' && !Number.isInteger(value))) return false;
  return inside(value, s['minimum'], s['maximum']) && value < (s['exclusiveMaximum'] ?? Infinity);
}

function isValidArray(s: Record<string, never>, value: readonly unknown[]): boolean {
  const prefix: readonly unknown[] = s['prefixItems'] ?? [];
  return (
    inside(value.length, s['minItems'], s['maxItems']) &&
    value.every((item, index) => isValid(index < prefix.length ? prefix[index] : (s['items'] ?? true), item))
  );
}

function isValidObject(s: Record<string, never>, value: object): boolean {
  const properties: Record<string, unknown> = s['properties'] ?? {};
  return (
    ((s['required'] ?? []) as string[]).every((key) => Object.hasOwn(value, key)) &&
    Object.entries(value).every(([key, item]) =>
      isValid(Object.hasOwn(properties, key) ? properties[key] : s['additionalProperties'], item),
    )
  );
}

function inside(value: number, min = -Infinity, max = Infinity): boolean {
  return value >= min && value <= max;
}
