import {
  allEqual,
  digitsOf,
  isDay,
  lettersAndDigitsOf,
  passesLuhn,
  passesMod11Of2,
  passesVerhoeff,
  weightedSum,
} from './checksums.js';

const part = (digits: string, from: number, to: number): number => Number(digits.slice(from, to));

/** Aadhaar: Verhoeff; never begins with 0 or 1, and is no palindrome. */
export function isAadhaar(value: string): boolean {
  const digits = digitsOf(value);
  const palindrome = [...digits].reverse().join('') === digits;
  return digits.length === 12 && digits[0]! >= '2' && !palindrome && passesVerhoeff(digits);
}

/** GSTIN: a character counts once or twice, and of each product both digits to the base 36. */
export function isGstin(value: string): boolean {
  const text = value.toUpperCase();
  let sum = 0;
  for (let index = 0; index < 14; index++) {
    const product = Number.parseInt(text[index] ?? '0', 36) * (1 + (index % 2));
    sum += Math.floor(product / 36) + (product % 36);
  }
  return Number.parseInt(text[14] ?? '', 36) === (36 - (sum % 36)) % 36;
}

export function isTfn(value: string): boolean {
  const digits = digitsOf(value);
  const valid = weightedSum(digits, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0;
  return digits.length === 9 && !allEqual(digits) && valid;
}

/** ABN: one less in the first place, then modulus 89. */
export function isAbn(value: string): boolean {
  const digits = digitsOf(value);
  const sum = weightedSum(digits, [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10;
  return digits.length === 11 && digits[0] !== '0' && sum % 89 === 0;
}

/** ACN: weights 8 to 1, complement to ten. */
export function isAcn(value: string): boolean {
  const digits = digitsOf(value);
  const check = (10 - (weightedSum(digits, [8, 7, 6, 5, 4, 3, 2, 1]) % 10)) % 10;
  return digits.length === 9 && check === Number(digits[8]);
}

export function isAustralianMedicare(value: string): boolean {
  const digits = digitsOf(value);
  return /^[2-6]\d{9,10}$/.test(digits) && weightedSum(digits, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === Number(digits[8]);
}

const NRIC_CHECK: Readonly<Record<string, string>> = {
  S: 'JZIHGFEDCBA',
  T: 'JZIHGFEDCBA',
  F: 'XWUTRQPNMLK',
  G: 'XWUTRQPNMLK',
  M: 'XWUTRQPNJLK',
};
const NRIC_OFFSET: Readonly<Record<string, number>> = { T: 4, G: 4, M: 3 };

/** NRIC and FIN. */
export function isNric(value: string): boolean {
  const text = value.toUpperCase();
  const series = text[0] ?? '';
  const sum = weightedSum(text.slice(1), [2, 7, 6, 5, 4, 3, 2]) + (NRIC_OFFSET[series] ?? 0);
  return NRIC_CHECK[series]?.[sum % 11] === text[8];
}

/** South African identity number: date, sequence, citizenship, Luhn. */
export function isZaId(value: string): boolean {
  const digits = digitsOf(value);
  return digits.length === 13 && passesLuhn(digits) && isDay(part(digits, 2, 4), part(digits, 4, 6));
}

/** Resident registration number. Numbers given since October 2020 have no check digit: the date decides. */
export function isRrn(value: string): boolean {
  const digits = digitsOf(value);
  return digits.length === 13 && isDay(part(digits, 2, 4), part(digits, 4, 6));
}

export function isThaiId(value: string): boolean {
  const digits = digitsOf(value);
  const check = (11 - (weightedSum(digits, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 10;
  return digits.length === 13 && digits[0] !== '0' && check === Number(digits[12]);
}

/** My Number of a person: twelve digits. */
export function isMyNumber(value: string): boolean {
  const digits = digitsOf(value);
  const rest = weightedSum(digits, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
  return digits.length === 12 && !allEqual(digits) && (rest <= 1 ? 0 : 11 - rest) === Number(digits[11]);
}

/** Resident identity number of the People's Republic of China (GB 11643). */
export function isChineseId(value: string): boolean {
  const text = value.toUpperCase();
  const year = part(text, 6, 10);
  return year >= 1900 && year < 2100 && isDay(part(text, 10, 12), part(text, 12, 14)) && passesMod11Of2(text);
}

/** Hong Kong identity card: one or two letters, six digits, a digit or A in brackets. */
export function isHongKongId(value: string): boolean {
  const text = lettersAndDigitsOf(value).padStart(9, ' ');
  let sum = 0;
  for (let index = 0; index < 8; index++) {
    const char = text[index]!;
    const count = char === ' ' ? 36 : Number.parseInt(char, 36);
    sum += count * (9 - index);
  }
  const check = (11 - (sum % 11)) % 11;
  return text[8] === (check === 10 ? 'A' : String(check));
}

/** Israeli identity number: Luhn over nine digits. */
export function isIsraeliId(value: string): boolean {
  const digits = digitsOf(value);
  return digits.length === 9 && !allEqual(digits) && passesLuhn(digits);
}
