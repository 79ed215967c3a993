import { isObject, type JsonObject } from './schema-keywords.js';

/** What a `$ref` points to. */
export type Resolve = (schema: unknown) => unknown;

/** Whether no value can be valid for both, as far as it shows: then a choice of them is a choice of exactly one. */
export function exclusive(a: unknown, b: unknown, resolve: Resolve): boolean {
  const [left, right] = [resolve(a), resolve(b)];
  if (!isObject(left) || !isObject(right)) return left === false || right === false;
  const [leftValues, rightValues] = [valuesOf(left), valuesOf(right)];
  if (leftValues && rightValues) return !leftValues.some((value) => rightValues.includes(value));
  const [leftKinds, rightKinds] = [kindsOf(left), kindsOf(right)];
  if (leftKinds && rightKinds && !leftKinds.some((kind) => rightKinds.includes(kind))) return true;
  return isOnlyObject(left) && isOnlyObject(right) && differentObjects(left, right, resolve);
}

function differentObjects(left: JsonObject, right: JsonObject, resolve: Resolve): boolean {
  const [leftProperties, rightProperties] = [propertiesOf(left), propertiesOf(right)];
  const shared = namesOf(left).filter((name) => namesOf(right).includes(name));
  if (shared.some((name) => exclusive(leftProperties[name] ?? true, rightProperties[name] ?? true, resolve)))
    return true;
  return lacksRequired(left, right) || lacksRequired(right, left);
}

// A name that one side needs and the other side forbids.
function lacksRequired(closed: JsonObject, other: JsonObject): boolean {
  if (closed['additionalProperties'] !== false) return false;
  return namesOf(other).some((name) => !Object.hasOwn(propertiesOf(closed), name));
}

function valuesOf(schema: JsonObject): readonly string[] | undefined {
  if ('const' in schema) return [JSON.stringify(schema['const'])];
  return Array.isArray(schema['enum']) ? schema['enum'].map((value) => JSON.stringify(value)) : undefined;
}

function kindsOf(schema: JsonObject): readonly string[] | undefined {
  const values = 'const' in schema ? [schema['const']] : schema['enum'];
  if (Array.isArray(values)) return values.map(kindOf);
  const { type } = schema;
  const types = Array.isArray(type) ? type : type === undefined ? undefined : [type];
  return types?.map((name) => (name === 'integer' ? 'number' : String(name)));
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function isOnlyObject(schema: JsonObject): boolean {
  return schema['type'] === 'object';
}

function propertiesOf({ properties }: JsonObject): JsonObject {
  return isObject(properties) ? properties : {};
}

function namesOf({ required }: JsonObject): readonly string[] {
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
}
