import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CompiledCheck } from '../check-kind.js';
import type { CheckInput, TextCheck } from '../text-check.js';
import { jsonKind, jsonSchemaKind } from './json-schema-kind.js';
import { xmlKind } from './xml-kind.js';

function problems(compiled: CompiledCheck, text: string): string[] {
  const check = compiled.kind === 'check' ? compiled.check : ({} as TextCheck);
  const findings = check.check({ texts: [{ path: 'p', text }] } as unknown as CheckInput);
  return (Array.isArray(findings) ? findings : []).map(({ entity, end }) => {
    expect(end).toBe(text.length);
    return entity;
  });
}

const withSchema = (schema: Record<string, unknown>): CompiledCheck =>
  jsonSchemaKind.compile('answer', jsonSchemaKind.schema.parse({ kind: 'json_schema', schema }));
const json = jsonKind.compile('json', jsonKind.schema.parse({ kind: 'json' }));
const xml = xmlKind.compile('xml', xmlKind.schema.parse({ kind: 'xml', max_depth: 8 }));

describe('jsonSchemaKind', () => {
  const person = {
    type: 'object',
    properties: {
      name: { type: 'string', pattern: '^[A-Z][a-z]+$', format: 'name' },
      tags: { type: 'array', items: { $ref: '#/$defs/tag' } },
    },
    required: ['name'],
    additionalProperties: false,
    $defs: { tag: { enum: ['a', 'b'] } },
    $schema: 'http://json-schema.org/draft-07/schema#',
  };

  it.each([
    ['{"name":"Ada","tags":["a","b"]}', []],
    ['{"name":"ada"}', ['json_schema/invalid']],
    ['{"name":"Ada","tags":["c"]}', ['json_schema/invalid']],
    ['{"tags":[]}', ['json_schema/invalid']],
    ['{"name":"Ada","more":1}', ['json_schema/invalid']],
    ['{"name":"Ada"', ['json_schema/not_json']],
    ['Here it is: {"name":"Ada"}', ['json_schema/not_json']],
    ['', ['json_schema/not_json']],
  ])('judges %s: %j', (text, expected) => {
    expect(problems(withSchema(person), text)).toEqual(expected);
  });

  it('matches patterns in linear time', () => {
    const schema = withSchema({ type: 'string', pattern: '^(a+)+$' });
    expect(problems(schema, JSON.stringify(`${'a'.repeat(100_000)}b`))).toEqual(['json_schema/invalid']);
    expect(problems(schema, '"aaa"')).toEqual([]);
  });

  it('answers for deep texts without reading them', () => {
    expect(problems(withSchema({}), '['.repeat(100_000) + ']'.repeat(100_000))).toEqual(['json_schema/too_deep']);
    expect(problems(withSchema({}), '{"a":'.repeat(100_000))).toEqual(['json_schema/too_deep']);
    expect(problems(withSchema({}), JSON.stringify('['.repeat(1_000)))).toEqual([]);
  });

  const deep = (levels: number): Record<string, unknown> => (levels ? { items: deep(levels - 1) } : {});
  it.each<[string, Record<string, unknown>, string]>([
    ['a recursive reference', { properties: { a: { $ref: '#' } } }, 'recursive'],
    [
      'references in a circle',
      { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } },
      'recursive',
    ],
    ['a reference to another document', { $ref: 'https://example.com/x' }, 'not a reference within'],
    ['a reference to nothing', { $ref: '#/$defs/a' }, 'leads nowhere'],
    ['an unknown keyword', { typ: 'string' }, 'unknown keyword'],
    ['a wrong type', { type: 'strin' }, 'schema'],
    ['a pattern that is not linear', { pattern: '(?=a)' }, 'Regular expression'],
    ['an unbounded comparison', { type: 'array', uniqueItems: true }, 'uniqueItems'],
    ['deep nesting', deep(40), 'deep'],
    ['too many parts', { enum: Array.from({ length: 3_000 }, (_, index) => index) }, 'parts'],
    ['a base of its own', { $id: 'https://example.com/' }, '$id'],
  ])('refuses %s', (_name, schema, says) => {
    expect(() => withSchema(schema)).toThrow(says);
  });

  it('refuses references that multiply', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [
        `l${index}`,
        index ? { anyOf: [{ $ref: `#/$defs/l${index - 1}` }, { $ref: `#/$defs/l${index - 1}` }] } : { type: 'string' },
      ]),
    );
    expect(() => withSchema({ $ref: '#/$defs/l19', $defs })).toThrow('with its references');
  });
});

describe('jsonKind', () => {
  it('takes what JSON.stringify gives', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(problems(json, JSON.stringify(value))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it.each(['{a:1}', "{'a':1}", '[1,]', 'nul', '"\u0001"', ']'])('refuses %j', (text) => {
    expect(problems(json, text)).toEqual(['json/not_json']);
  });
});

describe('xmlKind', () => {
  it.each([
    '<a/>',
    '<?xml version="1.0"?>\n<a b="1" c=\'2\'><!-- x --><b>t &amp; &#65; &#x41;</b><![CDATA[<]]></a >\n',
    '<ns:a xmlns:ns="u"><é.1-x/></ns:a>',
  ])('takes %j', (text) => {
    expect(problems(xml, text)).toEqual([]);
  });

  it.each([
    ['', 'not_xml'],
    ['text', 'not_xml'],
    ['<a>', 'not_xml'],
    ['<a></b>', 'not_xml'],
    ['<a/><b/>', 'not_xml'],
    ['<a b=1/>', 'not_xml'],
    ['<a b="1" b="2"/>', 'not_xml'],
    ['<a b="<"/>', 'not_xml'],
    ['<a>&nbsp;</a>', 'not_xml'],
    ['<a>& b</a>', 'not_xml'],
    ['<a>\u0000</a>', 'not_xml'],
    ['<!DOCTYPE a [<!ENTITY x "y">]><a/>', 'declaration'],
    ['<a><!-- -- --></a>', 'not_xml'],
    ['<a><?xml version="1.0"?></a>', 'not_xml'],
    ['<a>'.repeat(9), 'too_deep'],
    ['<a>'.repeat(100_000), 'too_deep'],
    ['<a/>'.repeat(100_000), 'not_xml'],
    [`<a ${'b'.repeat(100_000)}`, 'not_xml'],
    ['x'.repeat(1_048_577), 'too_large'],
  ])('refuses %.40j: %s', (text, problem) => {
    expect(problems(xml, text)).toEqual([`xml/${problem}`]);
  });

  it('takes what is written as elements, and nothing with a tag less', () => {
    const tree = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small', maxDepth: 5 },
        fc.constantFrom('t', '&lt;', '<e/>', '<!--c-->'),
        fc
          .tuple(fc.constantFrom('a', 'b:c'), fc.array(tie('node'), { maxLength: 3 }))
          .map(([name, inner]) => `<${name} x="1">${inner.join('')}</${name}>`),
      ),
    })).node;
    fc.assert(
      fc.property(tree, (inner) => {
        expect(problems(xml, `<r>${inner}</r>`)).toEqual([]);
        expect(problems(xml, `<r>${inner}`)).toEqual(['xml/not_xml']);
      }),
      { numRuns: 200 },
    );
  });
});
