import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grammarOf } from '../../../engine/src/chat/grammar.js';
import { HERMES } from '../../../engine/src/chat/tool-call-format.js';
import { gbnfMatches } from './gbnf-matcher.js';
import { isValid, schemaAndValue } from './schema-values.js';

function grammarOfSchema(schema: object): string {
  return grammarOf({ kind: 'json_schema', schema }, [], { mode: 'auto' }, HERMES)!;
}

const accepts = (schema: object, value: unknown) => gbnfMatches(grammarOfSchema(schema), JSON.stringify(value));

/** Which of these values a schema's grammar takes. */
const taken = (schema: object, values: readonly unknown[]) => values.filter((value) => accepts(schema, value));

describe('SchemaGrammar', () => {
  it('takes every valid value of every schema, spaced or not', () => {
    fc.assert(
      fc.property(schemaAndValue, ({ schema, value }) => {
        const grammar = grammarOfSchema(schema);
        expect(gbnfMatches(grammar, JSON.stringify(value))).toBe(true);
        expect(gbnfMatches(grammar, JSON.stringify(value, undefined, 2))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('takes no invalid value: those of other schemas and changed ones', () => {
    fc.assert(
      fc.property(schemaAndValue, schemaAndValue, fc.nat(), ({ schema, value }, other, seed) => {
        const grammar = grammarOfSchema(schema);
        for (const candidate of [other.value, changed(value, seed)]) {
          if (gbnfMatches(grammar, JSON.stringify(candidate))) expect(isValid(schema, candidate)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('counts whole numbers and decimals at their bounds', () => {
    fc.assert(
      fc.property(fc.integer({ min: -12_000, max: 12_000 }), fc.nat(3_000), fc.nat(4_000), (minimum, size, at) => {
        const schema = { minimum, exclusiveMaximum: minimum + size + 1 };
        const value = minimum - 500 + at;
        const fits = value >= minimum && value <= minimum + size;
        expect(accepts({ type: 'integer', ...schema }, value)).toBe(fits);
        expect(accepts({ type: 'number', ...schema }, value)).toBe(fits);
        expect(accepts({ type: 'number', ...schema }, value + 0.25)).toBe(fits);
      }),
    );
    expect(taken({ type: 'number', exclusiveMinimum: 0, maximum: 1 }, [-0.1, 0, 0.001, 0.5, 1, 1.01])).toEqual([
      0.001, 0.5, 1,
    ]);
    expect(taken({ type: 'number', minimum: -2, exclusiveMaximum: -1 }, [-2.5, -2, -1.5, -1, 0])).toEqual([-2, -1.5]);
    expect(taken({ type: 'integer', minimum: 1.5 }, [-3, 1, 2, 123_456])).toEqual([2, 123_456]);
    expect(taken({ type: 'integer', maximum: 3 }, [-99_999, 0, 3, 4])).toEqual([-99_999, 0, 3]);
    expect(
      taken({ type: 'integer', format: 'int32' }, [-2_147_483_649, -2_147_483_648, 2_147_483_647, 2_147_483_648]),
    ).toHaveLength(2);
  });

  it('follows formats', () => {
    const dates = [
      '2024-02-29',
      '2023-02-29',
      '1900-02-29',
      '2000-02-29',
      '2023-04-31',
      '2023-12-31',
      '2023-13-01',
      '2023-1-1',
    ];
    expect(taken({ type: 'string', format: 'date' }, dates)).toEqual(['2024-02-29', '2000-02-29', '2023-12-31']);
    const times = [
      '2024-01-01T23:59:59Z',
      '2024-01-01T00:00:00.123+05:30',
      '2024-01-01 00:00:00Z',
      '2024-01-01T24:00:00Z',
    ];
    expect(taken({ type: 'string', format: 'date-time' }, times)).toEqual(times.slice(0, 2));
    const ids = ['123e4567-e89b-12d3-a456-426614174000', '123e4567e89b12d3a456426614174000'];
    expect(taken({ type: 'string', format: 'uuid' }, ids)).toEqual(ids.slice(0, 1));
    const mails = ['a.b+c@ex-ample.org', 'a@b', '@b.c', 'a b@c.d', 'a@-b.c'];
    expect(taken({ type: 'string', format: 'email', minLength: 1 }, mails)).toEqual(mails.slice(0, 1));
    expect(taken({ type: 'string', format: 'ipv4' }, ['10.0.0.255', '10.0.0.256', '1.2.3'])).toEqual(['10.0.0.255']);
  });

  it('follows patterns as regular expressions do', () => {
    const patterns = [
      '^[a-c]{2,3}$',
      'b+',
      '^(?:a|bc)*$',
      '^\\d+\\.\\w?$',
      '[^"\\\\a]$',
      '^a.c',
      '^"\\\\\n?$',
      '^a$|^b',
      '^(x(y|z)?){1,2}$',
    ];
    const values = [
      '',
      'a',
      'ab',
      'abc',
      'abca',
      'bcbc',
      '12.',
      '12.x',
      '1',
      '"',
      '"\\',
      '"\\\n',
      'a"c',
      'a\nc',
      'xyxz',
      'xyz',
      'bb',
      'ü😀',
    ];
    for (const pattern of patterns) {
      const regex = new RegExp(pattern, 'u');
      const expected = values.filter((value) => regex.test(value));
      expect(taken({ type: 'string', pattern }, values), pattern).toEqual(expected);
    }
  });

  it('follows references, recursive ones too', () => {
    const schema = {
      $ref: '#/$defs/tree',
      $defs: {
        tree: {
          type: 'object',
          properties: { v: { type: 'integer' }, kids: { type: 'array', items: { $ref: '#/$defs/tree' } } },
        },
      },
    };
    expect(accepts(schema, { v: 1, kids: [{ v: 2 }, { kids: [{}] }] })).toBe(true);
    expect(accepts(schema, { v: 1, kids: [{ v: 'x' }] })).toBe(false);
    const root = { type: ['object', 'null'], properties: { next: { $ref: '#' } }, required: ['next'] };
    expect(taken(root, [{ next: { next: null } }, { next: {} }])).toEqual([{ next: { next: null } }]);
  });

  it('takes one of schemas that exclude each other', () => {
    const shape = (kind: string, key: string) => ({
      type: 'object',
      properties: { kind: { const: kind }, [key]: { type: 'integer' } },
      required: ['kind', key],
    });
    const schema = { oneOf: [shape('circle', 'r'), shape('square', 'a'), { type: 'null' }] };
    expect(taken(schema, [{ kind: 'circle', r: 1 }, { kind: 'circle', a: 1 }, null])).toEqual([
      { kind: 'circle', r: 1 },
      null,
    ]);
  });

  it('keeps other properties apart from the declared ones', () => {
    const schema = {
      type: 'object',
      properties: { ab: { type: 'integer' } },
      additionalProperties: { type: 'string' },
    };
    const values = [{ ab: 1, a: 'x', abc: 'y', b: '' }, { ab: 'x' }, { a: 1 }, { ab: 1 }, {}];
    expect(taken(schema, values)).toEqual([values[0], { ab: 1 }, {}]);
    expect(gbnfMatches(grammarOfSchema(schema), '{"\\u0061b":"x"}')).toBe(false);
    expect(taken({ type: 'object', additionalProperties: { type: 'integer' } }, [{ 'a"b': 1 }, { a: 'x' }])).toEqual([
      { 'a"b': 1 },
    ]);
  });
});

describe('SchemaGrammar refuses', () => {
  const refused: readonly (readonly [string, object])[] = [
    ['patternProperties', { type: 'object', patternProperties: {} }],
    ['not', { not: {} }],
    ['if', { if: {}, else: {} }],
    ['uniqueItems', { type: 'array', uniqueItems: true }],
    ['multipleOf', { type: 'number', multipleOf: 3 }],
    ['minimum', { type: 'number', minimum: 0.5 }],
    ['maxLength', { type: 'string', maxLength: 5_000 }],
    ['maxLength', { type: 'string', pattern: 'a+', maxLength: 4 }],
    ['maxLength', { type: 'string', minLength: 5, maxLength: 4 }],
    ['minItems', { type: 'array', prefixItems: [{}], items: false, minItems: 2 }],
    ['pattern', { type: 'string', pattern: '(?=a)b' }],
    ['pattern', { type: 'string', pattern: '(a?)*' }],
    ['pattern', { type: 'string', pattern: '\\bword' }],
    ['pattern', { type: 'string', pattern: '(' }],
    ['format', { type: 'string', format: 'iri' }],
    ['oneOf', { oneOf: [{ type: 'string' }, { type: 'string', minLength: 2 }] }],
    ['type', { anyOf: [{}], type: 'object' }],
    ['type', { type: 'text' }],
    ['allOf', { allOf: [{}, {}] }],
    ['$ref', { $ref: 'https://example.org/x' }],
    ['$ref', { $ref: '#/$defs/none' }],
    ['$ref', { anyOf: [{ $ref: '#/anyOf/0' }] }],
    ['minProperties', { type: 'object', minProperties: 1 }],
    ['enum', { type: 'string', enum: [1] }],
    ['required', { type: 'object', required: ['a'], additionalProperties: false }],
  ];

  it.each(refused)('%s in %j', (keyword, schema) => {
    expect(() => grammarOfSchema(schema)).toThrow(
      expect.objectContaining({
        code: 'unsupported_parameter',
        param: 'response_format.json_schema.schema',
        message: expect.stringContaining(`response_format.json_schema.schema: keyword "${keyword}"`),
      }),
    );
  });

  it('schemas that are too deep or too large', () => {
    const deep = Array.from({ length: 70 }).reduce<object>((inner) => ({ type: 'array', items: inner }), {});
    const properties = Object.fromEntries(Array.from({ length: 4_000 }, (_, index) => [`p${index}`, { const: index }]));
    for (const schema of [deep, { type: 'object', properties }]) {
      expect(() => grammarOfSchema(schema)).toThrow(expect.objectContaining({ code: 'unsupported_parameter' }));
    }
  });
});

// The value with one thing changed, somewhere.
function changed(value: unknown, seed: number): unknown {
  if (Array.isArray(value)) {
    const place = seed % (value.length + 1);
    return place === value.length
      ? [...value, seed]
      : value.toSpliced(place, 1, changed(value[place], Math.floor(seed / 4)));
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    const place = seed % (entries.length + 1);
    if (place === entries.length) return { ...value, [`k${seed}`]: seed };
    const [key, item] = entries[place]!;
    if (seed % 3 === 0) return Object.fromEntries(entries.toSpliced(place, 1));
    return { ...value, [key]: changed(item, Math.floor(seed / 4)) };
  }
  if (typeof value === 'number') return value + (seed % 5_000) - 2_500;
  if (typeof value === 'string') return seed % 2 === 0 ? `${value}${'x'.repeat(seed % 6)}` : value.slice(seed % 3);
  return seed % 2 === 0 ? null : [value];
}
