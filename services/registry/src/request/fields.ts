import { z } from 'zod';

/** Name of an object, as clients write it in requests and URLs. */
export const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, '1 to 63 of a-z, 0-9, ".", "_" and "-", beginning with a letter or a digit');

/** Name of a guardrail policy, with `@version` for a fixed version. Whether it exists is for guardrails to say. */
export const policyName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,62}(@[1-9]\d{0,8})?$/,
    'a policy: 1 to 63 of a-z, 0-9, ".", "_" and "-", beginning with a letter or a digit; "@3" after it fixes version 3',
  );

export const objectId = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, 'is not the id of an object');

/** Text for people: bounded, without control characters (PostgreSQL refuses NUL, terminals obey escapes). */
export const text = (maxLength: number) =>
  z
    .string()
    .max(maxLength, `at most ${maxLength} characters`)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'control characters are not allowed');

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 digest has 64 lower-case hexadecimal digits');

/** proto3 has no "absent": an empty text or a zero stands for the default. */
export const optionalText = (fallback: string) => z.string().transform((value) => value || fallback);

export const optionalCount = (fallback: number, most: number) =>
  z
    .number()
    .int()
    .max(most, `at most ${most}`)
    .transform((value) => value || fallback);

/** One of the words, or empty for the first. */
export function word<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z
    .string()
    .transform((value) => value || words[0])
    .pipe(z.enum(words, `one of ${words.join(', ')}`));
}

/** Absolute http(s) URL without credentials, query or fragment; a slash at its end is taken off. */
export const httpUrl = z
  .string()
  .max(2048, 'at most 2048 characters')
  .refine(isPlainHttpUrl, 'an absolute http or https URL without credentials, query or fragment')
  .transform((url) => url.replace(/\/+$/, ''));

function isPlainHttpUrl(value: string): boolean {
  const url = URL.parse(value);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return false;
  return !/[\s\p{Cc}\\@?#]/u.test(value) && url.hostname !== '';
}
