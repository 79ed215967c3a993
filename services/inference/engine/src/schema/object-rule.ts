import { anyOf, charClass, EMPTY, literal, sequence, type Gbnf, type Refuse } from './gbnf.js';
import type { Visit } from './array-rule.js';
import { complement } from './character-set.js';
import { freeObject, spaceRule } from './free-json.js';
import { countOf, isObject, type JsonObject } from './schema-keywords.js';
import { stringRule } from './string-rule.js';

interface Member {
  readonly rule: string;
  readonly required: boolean;
}

/**
 * The objects that a schema allows: its properties in their order, then others where `additionalProperties` says so. A
 * schema that lists properties and says nothing about others gets no others.
 */
export function objectRule(schema: JsonObject, gbnf: Gbnf, refuse: Refuse, visit: Visit): string {
  const { properties = {}, additionalProperties } = schema;
  if (!isObject(properties)) throw refuse('properties', 'it is no object of schemas');
  const required = requiredOf(schema, refuse);
  checkCounts(schema, required.length, refuse);
  const others = additionalProperties ?? !('properties' in schema);
  const undeclared = required.filter((name) => !Object.hasOwn(properties, name));
  if (additionalProperties === false && undeclared.length > 0)
    throw refuse('required', 'it names a property that may not be there');
  const names = [...Object.keys(properties), ...undeclared];
  if (names.length === 0 && others === true) return freeObject(gbnf);
  const space = spaceRule(gbnf);
  const members = names.map((name) => {
    const value = visit(Object.hasOwn(properties, name) ? properties[name] : (additionalProperties ?? true), name);
    return { rule: sequence(literal(`${JSON.stringify(name)}:`), space, value), required: required.includes(name) };
  });
  const extra =
    others === false ? undefined : sequence(keyRule(names, gbnf, refuse), '":"', space, visit(others, 'other'));
  const list = memberList(members, extra, gbnf);
  return sequence('"{"', space, list === EMPTY ? EMPTY : sequence(list, space), '"}"');
}

function requiredOf({ required = [] }: JsonObject, refuse: Refuse): readonly string[] {
  const isNames = Array.isArray(required) && required.every((name): name is string => typeof name === 'string');
  if (!isNames) throw refuse('required', 'it is no list of names');
  return [...new Set(required)];
}

function checkCounts(schema: JsonObject, required: number, refuse: Refuse): void {
  const min = countOf(schema, 'minProperties', refuse) ?? 0;
  if (min > required) throw refuse('minProperties', 'a grammar cannot count properties');
  if (schema['maxProperties'] !== undefined) throw refuse('maxProperties', 'a grammar cannot count properties');
}

// From the last member to the first, for both cases: something is written before it, or nothing.
function memberList(members: readonly Member[], extra: string | undefined, gbnf: Gbnf): string {
  const space = spaceRule(gbnf);
  let after = EMPTY;
  let first = EMPTY;
  if (extra) {
    const other = gbnf.rule('other-property', extra);
    after = `${gbnf.rule('more-property', sequence('","', space, other))}*`;
    first = optional(sequence(other, after));
  }
  for (const { rule, required } of members.toReversed()) {
    const member = gbnf.rule('property', rule);
    const begun = sequence(member, after);
    const goesOn = sequence('","', space, member, after);
    first = required ? begun : either(begun, first);
    after = gbnf.rule('rest', required ? goesOn : either(goesOn, after));
    first = gbnf.rule('first', first);
  }
  return first;
}

function either(rule: string, instead: string): string {
  return instead === EMPTY ? optional(rule) : anyOf([rule, instead]);
}

function optional(rule: string): string {
  return `( ${rule} )?`;
}

// A key of another property: none of the declared ones, and without escapes, which could spell one of them.
function keyRule(names: readonly string[], gbnf: Gbnf, refuse: Refuse): string {
  if (names.length === 0) return stringRule(gbnf);
  if (names.some((name) => name.length > LONGEST_NAME))
    throw refuse('properties', `a name is longer than ${LONGEST_NAME}`);
  const letters = names.map((name) => [...name]);
  return sequence('"\\""', notIn(letters, 0, gbnf), '"\\""');
}

const LONGEST_NAME = 256;

const FORBIDDEN: readonly (readonly [number, number])[] = [
  [0, 0x1f],
  [0x22, 0x22],
  [0x5c, 0x5c],
];

// The rest of a key after `at` characters that it shares with all of these names.
function notIn(names: readonly (readonly string[])[], at: number, gbnf: Gbnf): string {
  const next = Map.groupBy(
    names.filter((name) => name.length > at),
    (name) => name[at]!,
  );
  const codes = [...next.keys()].map((char) => char.codePointAt(0)!);
  const different = charClass(complement([...FORBIDDEN, ...codes.map((code) => [code, code] as const)]));
  const branches = [...next]
    .filter(([char]) => !FORBIDDEN.some(([from, to]) => from <= char.codePointAt(0)! && char.codePointAt(0)! <= to))
    .map(([char, longer]) => sequence(literal(char), notIn(longer, at + 1, gbnf)));
  const any = `[^"\\\\\\x00-\\x1f]*`;
  const text = anyOf([sequence(different, any), ...branches]);
  // The key may end here, unless it is one of the names then.
  return gbnf.rule('key', names.some((name) => name.length === at) ? text : optional(text));
}
