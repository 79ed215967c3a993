import { arrayRule } from './array-rule.js';
import { exclusive } from './exclusive.js';
import { freeValue, spaceRule } from './free-json.js';
import { anyOf, literal, sequence, type Gbnf, type Refuse } from './gbnf.js';
import { numberRule } from './number-rule.js';
import { objectRule } from './object-rule.js';
import { checkKeywords, isObject, typesOf, wholeKeyword } from './schema-keywords.js';
import type { JsonObject, JsonType, WholeKeyword } from './schema-keywords.js';
import { stringRuleOf } from './string-rule.js';

const MOST_DEPTH = 64;
const MOST_REFERENCES = 64;

/** Turns one JSON Schema (2020-12, as far as a grammar can follow) into rules: what they match is valid. */
export class SchemaGrammar {
  private readonly references = new Map<string, string>();
  /** How deep in the JSON the references are that are being resolved. */
  private readonly resolving = new Map<string, number>();
  private depth = 0;
  private level = 0;

  constructor(
    private readonly root: unknown,
    private readonly gbnf: Gbnf,
    private readonly refuse: Refuse,
  ) {}

  /** The rule of this schema. */
  readonly visit = (schema: unknown, name: string): string => {
    if (++this.depth > MOST_DEPTH) throw this.refuse('properties', `schemas are nested deeper than ${MOST_DEPTH}`);
    const rule = this.gbnf.rule(name || 'value', this.textOf(schema, name));
    this.depth--;
    return rule;
  };

  private textOf(schema: unknown, name: string): string {
    if (schema === true) return freeValue(this.gbnf);
    if (!isObject(schema)) throw this.refuse('type', 'a schema is an object or true');
    checkKeywords(schema, this.refuse);
    const whole = wholeKeyword(schema, this.refuse);
    if (whole) return this.wholeText(whole, schema, name);
    const types = typesOf(schema, this.refuse);
    if (types.length === 0) return freeValue(this.gbnf);
    return anyOf(types.map((type) => this.typeText(type, schema)));
  }

  private typeText(type: JsonType, schema: JsonObject): string {
    const { gbnf, refuse } = this;
    switch (type) {
      case 'object':
        return this.inside(() => objectRule(schema, gbnf, refuse, this.visit));
      case 'array':
        return this.inside(() => arrayRule(schema, gbnf, refuse, this.visit));
      case 'string':
        return stringRuleOf(schema, gbnf, refuse);
      case 'number':
      case 'integer':
        return numberRule(schema, type, refuse);
      case 'boolean':
        return '( "true" | "false" )';
      case 'null':
        return '"null"';
    }
  }

  private inside(rule: () => string): string {
    this.level++;
    const text = rule();
    this.level--;
    return text;
  }

  private wholeText(keyword: WholeKeyword, schema: JsonObject, name: string): string {
    if (keyword === 'enum' || keyword === 'const') return this.valuesText(keyword, schema);
    if (keyword === '$ref') return this.reference(schema['$ref']);
    const list = schema[keyword];
    if (!Array.isArray(list) || list.length === 0) throw this.refuse(keyword, 'it is no list of schemas');
    if (keyword === 'allOf' && list.length > 1) throw this.refuse('allOf', 'a grammar can only follow one schema');
    if (keyword === 'oneOf') this.checkExclusive(list);
    return anyOf(list.map((option, index) => this.visit(option, `${name}-${index}`)));
  }

  private valuesText(keyword: 'enum' | 'const', schema: JsonObject): string {
    const values: unknown = keyword === 'const' ? [schema['const']] : schema['enum'];
    if (!Array.isArray(values)) throw this.refuse(keyword, 'it is no list of values');
    const types = 'type' in schema ? typesOf(schema, this.refuse) : undefined;
    const allowed = values.filter((value) => !types || types.some((type) => isOf(type, value)));
    if (allowed.length === 0) throw this.refuse(keyword, 'no value is left');
    return anyOf(allowed.map((value) => this.valueText(value, 0)));
  }

  private valueText(value: unknown, depth: number): string {
    if (depth > MOST_DEPTH) throw this.refuse('enum', `a value is nested deeper than ${MOST_DEPTH}`);
    if (typeof value !== 'object' || value === null) return literal(JSON.stringify(value));
    const space = spaceRule(this.gbnf);
    const parts = Array.isArray(value)
      ? value.map((item) => this.valueText(item, depth + 1))
      : Object.entries(value).map(([key, item]) =>
          sequence(literal(`${JSON.stringify(key)}:`), space, this.valueText(item, depth + 1)),
        );
    const [open, close] = Array.isArray(value) ? ['"["', '"]"'] : ['"{"', '"}"'];
    return sequence(open, space, parts.join(` "," ${space} `), parts.length > 0 ? space : '', close);
  }

  // A choice of any is a choice of one only where no value fits two of them.
  private checkExclusive(list: readonly unknown[]): void {
    const sure = list.every((a, index) =>
      list.slice(index + 1).every((b) => exclusive(a, b, (schema) => this.resolved(schema))),
    );
    if (!sure)
      throw this.refuse('oneOf', 'its schemas do not visibly exclude each other; "anyOf" says that any may fit');
  }

  private reference(pointer: unknown): string {
    if (typeof pointer !== 'string') throw this.refuse('$ref', 'it is no text');
    const known = this.references.get(pointer);
    if (known) {
      // Without an object or array in between, a rule that leads to itself never comes to a character.
      if (this.resolving.get(pointer) === this.level) throw this.refuse('$ref', `${pointer} leads to itself`);
      return known;
    }
    if (this.references.size === MOST_REFERENCES) throw this.refuse('$ref', `there are more than ${MOST_REFERENCES}`);
    const rule = this.gbnf.reserve(`ref-${pointer.split('/').at(-1) || 'root'}`);
    this.references.set(pointer, rule);
    this.resolving.set(pointer, this.level);
    this.gbnf.set(rule, this.visit(this.target(pointer), rule));
    this.resolving.delete(pointer);
    return rule;
  }

  private resolved(schema: unknown): unknown {
    let target = schema;
    for (let i = 0; i < MOST_REFERENCES && isObject(target) && typeof target['$ref'] === 'string'; i++) {
      target = this.target(target['$ref']);
    }
    return target;
  }

  private target(pointer: string): unknown {
    if (pointer !== '#' && !pointer.startsWith('#/')) throw this.refuse('$ref', 'it leads out of the schema');
    let target = this.root;
    for (const part of pointer.split('/').slice(1)) {
      const key = decoded(part).replaceAll('~1', '/').replaceAll('~0', '~');
      const inside: unknown = Array.isArray(target) ? target : isObject(target) ? target : {};
      target = Object.hasOwn(inside as object, key) ? (inside as JsonObject)[key] : undefined;
      if (target === undefined) throw this.refuse('$ref', `${pointer} leads nowhere`);
    }
    return target;
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function isOf(type: JsonType, value: unknown): boolean {
  if (value === null) return type === 'null';
  if (Array.isArray(value)) return type === 'array';
  if (typeof value === 'number') return type === 'number' || (type === 'integer' && Number.isInteger(value));
  return typeof value === type;
}
