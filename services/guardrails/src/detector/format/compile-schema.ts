import { WeirError } from '@weir/errors';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { compileLinearRegex } from '../words/linear-regex.js';
import { boundValue } from './json-text.js';

const MAX_SCHEMA = { depth: 32, parts: 2_000 };
const MAX_SCHEMA_CHARACTERS = 65_536;
/** Parts of a schema with every reference in it written out. */
const MAX_EXPANDED = 10_000;
const MAX_UNIQUE_ITEMS = 256;
const REFUSED = new Set(['$dynamicRef', '$dynamicAnchor', '$recursiveRef', '$id', '$anchor']);
const HOLDS_DATA = new Set(['const', 'enum', 'default', 'examples']);

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Compiles a JSON Schema (draft 2020-12, strict) to a check whose time is bounded by the size of the value: `pattern` is
 * matched in linear time, references are local and not recursive. `format` is an annotation.
 * @throws WeirError `invalid_configuration` saying what is wrong with the schema.
 */
export function compileSchema(schema: JsonObject): (value: unknown) => boolean {
  boundValue(schema, MAX_SCHEMA, 'schema');
  if (JSON.stringify(schema).length > MAX_SCHEMA_CHARACTERS)
    throw wrong(`longer than ${MAX_SCHEMA_CHARACTERS} characters`);
  expand(schema, schema, [], { parts: 0 });
  const { $schema: _dialect, ...own } = schema;
  const ajv = new Ajv2020({ strict: true, validateFormats: false, code: { regExp: linearRegExp }, ...QUIET });
  try {
    const validate = ajv.compile(own);
    return (value) => validate(value) === true;
  } catch (error) {
    if (error instanceof WeirError) throw error;
    throw wrong(error instanceof Error ? error.message : 'it does not compile', error);
  }
}

/** Types that a schema leaves open are no mistake in what a policy asks for. */
const QUIET = { strictTypes: false, strictRequired: false, strictTuples: false, logger: false } as const;

const linearRegExp = Object.assign(
  (source: string) => {
    const { test } = compileLinearRegex(source);
    return { test, toString: () => source } as unknown as RegExp;
  },
  { code: 'compileLinearRegex' },
);

/** Walks a schema as its check will, so that what grows without end is refused. */
function expand(node: unknown, root: JsonObject, path: readonly string[], work: { parts: number }): void {
  if (node === null || typeof node !== 'object') return;
  work.parts += 1;
  if (work.parts > MAX_EXPANDED) throw wrong(`more than ${MAX_EXPANDED} parts with its references`);
  const entries = Object.entries(node);
  for (const [key, value] of entries) {
    if (REFUSED.has(key) && typeof value === 'string') throw wrong(`${key} is not supported`);
    if (key === '$ref' && typeof value === 'string') expandReference(value, root, path, work);
    else if (!HOLDS_DATA.has(key) && !(key === '$defs' || key === 'definitions')) expand(value, root, path, work);
  }
  boundUniqueItems(new Map(entries));
}

function expandReference(reference: string, root: JsonObject, path: readonly string[], work: { parts: number }): void {
  if (path.includes(reference)) throw wrong(`${reference} is recursive`);
  if (reference !== '#' && !reference.startsWith('#/'))
    throw wrong(`${reference} is not a reference within the schema`);
  const target = reference
    .split('/')
    .slice(1)
    .map((part) => decodePointer(part))
    .reduce<unknown>((node, part) => (isObject(node) && Object.hasOwn(node, part) ? node[part] : undefined), root);
  if (target === undefined) throw wrong(`${reference} leads nowhere`);
  expand(target, root, [...path, reference], work);
}

/** Comparing all items with one another takes time in proportion to their square. */
function boundUniqueItems(keywords: ReadonlyMap<string, unknown>): void {
  if (keywords.get('uniqueItems') !== true) return;
  const most = keywords.get('maxItems');
  if (typeof most === 'number' && most <= MAX_UNIQUE_ITEMS) return;
  throw wrong(`uniqueItems needs maxItems of at most ${MAX_UNIQUE_ITEMS}`);
}

function decodePointer(part: string): string {
  const text = part.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw wrong(`${part} is no part of a reference`, error);
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}

function wrong(what: string, cause?: unknown): WeirError {
  return new WeirError('invalid_configuration', `schema: ${what}.`, { cause });
}
