import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anonymize } from './anonymize.js';
import { operatorSchema, type Operator } from './operators.js';
import type { PlacedEntity } from './overlaps.js';

const mail: PlacedEntity = { entity_type: 'EMAIL_ADDRESS', start: 7, end: 12, score: 1 };
const text = 'mail 😀 a@b.c now';
const run = (operator?: Operator, found = [mail]) =>
  anonymize({ text, found, operators: new Map(operator ? [['DEFAULT', operator]] : []), salt: 's' });

describe('anonymize', () => {
  it.each<[string, Operator | undefined, string]>([
    ['replaces by the name', undefined, 'mail 😀 <EMAIL_ADDRESS> now'],
    ['replaces by a value', { type: 'replace', new_value: 'X' }, 'mail 😀 X now'],
    ['takes out', { type: 'redact' }, 'mail 😀  now'],
    ['keeps', { type: 'keep' }, text],
    ['masks the end', { type: 'mask', masking_char: '*', chars_to_mask: 3, from_end: true }, 'mail 😀 a@*** now'],
    ['masks the begin', { type: 'mask', masking_char: '😎', chars_to_mask: 2, from_end: false }, 'mail 😀 😎😎b.c now'],
    ['masks all', { type: 'mask', masking_char: '#', chars_to_mask: 99, from_end: false }, 'mail 😀 ##### now'],
    ['masks nothing', { type: 'mask', masking_char: '#', chars_to_mask: -1, from_end: true }, text],
  ])('%s', (_, operator, expected) => {
    expect(run(operator).text).toBe(expected);
  });

  it('hashes with the salt of the request, or with the own one', () => {
    const sha = (name: string, salt: string) => createHash(name).update(`${salt}a@b.c`).digest('hex');
    expect(run({ type: 'hash', hash_type: 'sha256' }).items[0]?.text).toBe(sha('sha256', 's'));
    expect(run({ type: 'hash', hash_type: 'sha512', salt: 'own' }).items[0]?.text).toBe(sha('sha512', 'own'));
  });

  it('prefers the operator of the kind', () => {
    const operators = new Map<string, Operator>([
      ['DEFAULT', { type: 'redact' }],
      ['EMAIL_ADDRESS', { type: 'keep' }],
    ]);
    expect(anonymize({ text, found: [mail], operators, salt: '' }).items).toEqual([
      { operator: 'keep', entity_type: 'EMAIL_ADDRESS', start: 7, end: 12, text: 'a@b.c' },
    ]);
  });

  it.each([[{ ...mail, end: 99 }], [{ ...mail, start: 12, end: 12 }], [{ ...mail, start: 13, end: 12 }]])(
    'refuses a span that is not in the text: %j',
    (wrong) => {
      expect(() => run(undefined, [mail, wrong])).toThrow(
        expect.objectContaining({ code: 'invalid_request', param: 'analyzer_results[1]' }),
      );
    },
  );

  it('says where the replacements are in the new text, last first', () => {
    const spans = fc.array(fc.tuple(fc.nat({ max: 14 }), fc.integer({ min: 1, max: 4 })), { maxLength: 5 });
    fc.assert(
      fc.property(spans, (list) => {
        const found = list
          .map(([start, size], index) => ({ entity_type: `K${index}`, start, end: start + size, score: 1 }))
          .filter(({ end }) => end <= [...text].length);
        const { text: result, items } = run({ type: 'replace', new_value: '<é😀>' }, found);
        const points = [...result];
        for (const item of items) expect(points.slice(item.start, item.end).join('')).toBe('<é😀>');
        expect(items.map(({ start }) => start)).toEqual(items.map(({ start }) => start).sort((a, b) => b - a));
      }),
    );
  });
});

describe('operatorSchema', () => {
  const problem = (value: object) => operatorSchema.safeParse(value).error?.issues[0]?.message;

  it.each([
    [{ type: 'encrypt', key: 'k' }, 'there is no operator "encrypt"; there are hash, keep, mask, redact, replace.'],
    [{ type: 'custom' }, 'there is no operator "custom"; there are hash, keep, mask, redact, replace.'],
    [{ type: 'mask', masking_char: '**', chars_to_mask: 1, from_end: true }, 'masking_char: exactly one character.'],
  ])('refuses %j', (value, message) => {
    expect(problem(value)).toBe(message);
  });

  it('names the missing field of a mask', () => {
    expect(problem({ type: 'mask', masking_char: '*', from_end: true })).toContain('chars_to_mask');
  });

  it('hashes with SHA-256 where nothing else is asked for', () => {
    expect(operatorSchema.parse({ type: 'hash' })).toMatchObject({ hash_type: 'sha256' });
    expect(operatorSchema.safeParse({ type: 'hash', hash_type: 'md5' }).success).toBe(false);
  });
});
