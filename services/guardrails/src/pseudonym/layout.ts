/** Uniform in [0, 1). */
export type Random = () => number;

export const DIGITS = '0123456789';
export const LOWER = 'abcdefghijklmnopqrstuvwxyz';
export const UPPER = LOWER.toUpperCase();

export function pick<T>(random: Random, from: ArrayLike<T>): T {
  return from[Math.min(from.length - 1, Math.floor(random() * from.length))]!;
}

export function randomText(random: Random, alphabet: string, length: number): string {
  return Array.from({ length }, () => pick(random, alphabet)).join('');
}

/** Another text of the same layout: digits for digits, capitals for capitals, letters for letters, all else as it is. */
export function sameLayout(random: Random, value: string): string {
  return value.replace(/\p{Nd}|\p{L}/gu, (char) => {
    if (/\p{Nd}/u.test(char)) return pick(random, DIGITS);
    return pick(random, /\p{Lu}/u.test(char) ? UPPER : LOWER);
  });
}

/** The layout of a value with other digits and letters in it, in their order; what is missing stays. */
export function filled(value: string, characters: string): string {
  let at = 0;
  return value.replace(/[0-9A-Za-z]/g, (char) => characters[at++] ?? char);
}

/** The same with the first six digits as two-digit numbers from 01 to 12: a date, in whatever order it is written. */
export function sameLayoutWithDate(random: Random, value: string): string {
  let pair = '';
  let digits = 0;
  return sameLayout(random, value).replace(/\d/g, (digit) => {
    if (digits >= 6) return digit;
    if (digits % 2 === 0) pair = String(1 + Math.floor(random() * 12)).padStart(2, '0');
    return pair[digits++ % 2]!;
  });
}

/** The same with its first three characters: what some kinds always begin with. */
export function sameLayoutAndBeginning(random: Random, value: string): string {
  return value.slice(0, 3) + sameLayout(random, value.slice(3));
}
