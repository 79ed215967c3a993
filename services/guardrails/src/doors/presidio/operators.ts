import { createHash } from 'node:crypto';
import { WeirError } from '@weir/errors';
import { z } from 'zod';

/** What can be done to a value, by name. */
export const OPERATORS = ['hash', 'keep', 'mask', 'redact', 'replace'] as const;

const operator = z.discriminatedUnion('type', [
  z.object({ type: z.literal('replace'), new_value: z.string().max(1_000).nullish() }),
  z.object({ type: z.literal('redact') }),
  z.object({ type: z.literal('keep') }),
  z.object({
    type: z.literal('mask'),
    masking_char: z.string().refine((text) => [...text].length === 1, 'exactly one character.'),
    chars_to_mask: z.number().int(),
    from_end: z.boolean(),
  }),
  z.object({
    type: z.literal('hash'),
    hash_type: z.enum(['sha256', 'sha512']).default('sha256'),
    salt: z.string().max(1_000).nullish(),
  }),
]);

export type Operator = z.output<typeof operator>;

/** Reads an operator; one that is not there is refused by its name. */
export const operatorSchema = z.looseObject({ type: z.string().max(64) }).transform((value, context): Operator => {
  const parsed = operator.safeParse(value);
  if (parsed.success) return parsed.data;
  const known = OPERATORS.some((name) => name === value.type);
  const message = known
    ? `${parsed.error.issues[0]?.path.join('.') ?? 'type'}: ${parsed.error.issues[0]?.message ?? 'is not valid'}`
    : `there is no operator ${JSON.stringify(value.type)}; there are ${OPERATORS.join(', ')}.`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

/** `salt`: of hashes whose request gives none. */
export function applyOperator(operator: Operator, value: string, entity: string, salt: string): string {
  switch (operator.type) {
    case 'replace':
      return operator.new_value || `<${entity}>`;
    case 'redact':
      return '';
    case 'keep':
      return value;
    case 'mask':
      return masked(value, operator);
    case 'hash':
      return createHash(operator.hash_type)
        .update(operator.salt || salt)
        .update(value)
        .digest('hex');
    default:
      throw new WeirError('internal', 'An operator was read that is not there.');
  }
}

function masked(value: string, { masking_char, chars_to_mask, from_end }: Extract<Operator, { type: 'mask' }>): string {
  const points = [...value];
  const count = Math.max(0, Math.min(chars_to_mask, points.length));
  const from = from_end ? points.length - count : 0;
  return points.map((point, index) => (index >= from && index < from + count ? masking_char : point)).join('');
}
