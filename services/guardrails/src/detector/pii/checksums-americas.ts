import { allEqual, digitsOf, isDay, lettersAndDigitsOf, passesLuhn, weightedSum } from './checksums.js';

const part = (digits: string, from: number, to: number): number => Number(digits.slice(from, to));

/** Social Security numbers: areas, groups and serials that are never given out are none. */
export function isSsn(value: string): boolean {
  const digits = digitsOf(value);
  const area = part(digits, 0, 3);
  if (digits.length !== 9 || allEqual(digits) || area === 0 || area === 666 || area >= 900) return false;
  return part(digits, 3, 5) > 0 && part(digits, 5, 9) > 0;
}

/** ITIN: 9xx with a group that the IRS gives out. */
export function isItin(value: string): boolean {
  const digits = digitsOf(value);
  const group = part(digits, 3, 5);
  const given = (group >= 50 && group <= 65) || (group >= 70 && group <= 99 && group !== 89 && group !== 93);
  return digits.length === 9 && digits.startsWith('9') && given;
}

const EIN_NEVER_GIVEN = new Set([0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97]);

export function isEin(value: string): boolean {
  return !EIN_NEVER_GIVEN.has(part(value, 0, 2)) && part(digitsOf(value), 2, 9) > 0;
}

/** ABA routing number: weights 3, 7, 1, and the districts of the Federal Reserve. */
export function isRoutingNumber(value: string): boolean {
  const digits = digitsOf(value);
  const district = part(digits, 0, 2);
  const given = district <= 12 || (district >= 21 && district <= 32) || (district >= 61 && district <= 72);
  const valid = weightedSum(digits, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0;
  return digits.length === 9 && !allEqual(digits) && (given || district === 80) && valid;
}

/** National Provider Identifier: Luhn with the prefix 80840 of health cards (45 CFR 162.406). */
export function isNpi(value: string): boolean {
  const digits = digitsOf(value);
  return digits.length === 10 && !allEqual(digits.slice(0, 9)) && passesLuhn(`80840${digits}`);
}

/** DEA registration: two letters, seven digits, the last one a checksum. */
export function isDea(value: string): boolean {
  const digits = value.slice(2);
  const sum = weightedSum(digits, [1, 0, 1, 0, 1]) + 2 * weightedSum(digits, [0, 1, 0, 1, 0, 1]);
  return digits.length === 7 && sum % 10 === Number(digits[6]);
}

export function isSin(value: string): boolean {
  const digits = digitsOf(value);
  return digits.length === 9 && !/^[08]/.test(digits) && !allEqual(digits) && passesLuhn(digits);
}

function mod11Check(digits: string, weights: readonly number[]): number {
  const rest = weightedSum(digits, weights) % 11;
  return rest < 2 ? 0 : 11 - rest;
}

export function isCpf(value: string): boolean {
  const digits = digitsOf(value);
  if (digits.length !== 11 || allEqual(digits)) return false;
  const first = mod11Check(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]);
  const second = mod11Check(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
  return digits.endsWith(`${first}${second}`);
}

/** CNPJ, also the one with letters (IN RFB 2.229/2024): a character counts its code less 48. */
export function isCnpj(value: string): boolean {
  const text = lettersAndDigitsOf(value);
  if (text.length !== 14 || allEqual(text) || !/\d\d$/.test(text)) return false;
  const check = (length: number): number => {
    let sum = 0;
    for (let index = 0; index < length; index++)
      sum += (text.charCodeAt(index) - 48) * (2 + ((length - 1 - index) % 8));
    return sum % 11 < 2 ? 0 : 11 - (sum % 11);
  };
  return text.endsWith(`${check(12)}${check(13)}`);
}

const CURP_LETTERS = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ';

export function isCurp(value: string): boolean {
  const text = value.toUpperCase();
  let sum = 0;
  for (let index = 0; index < 17; index++) sum += CURP_LETTERS.indexOf(text[index] ?? '0') * (18 - index);
  return isDay(part(text, 6, 8), part(text, 8, 10)) && String((10 - (sum % 10)) % 10) === text[17];
}

/** RUT: weights 2 to 7 from the right, K for ten. */
export function isRut(value: string): boolean {
  const text = lettersAndDigitsOf(value);
  const body = text.slice(0, -1);
  let sum = 0;
  for (let place = 0; place < body.length; place++) sum += Number(body[body.length - 1 - place]) * (2 + (place % 6));
  return !allEqual(body) && '0K987654321'[sum % 11] === text.at(-1);
}

/** CUIT and CUIL. */
export function isCuit(value: string): boolean {
  const digits = digitsOf(value);
  const check = (11 - (weightedSum(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
  return digits.length === 11 && check === Number(digits[10]);
}

const VIN_LETTERS = 'ABCDEFGHJKLMNPRSTUVWXYZ';
const VIN_VALUES = '12345678123457923456789';

/** Vehicle identification number with its check digit (49 CFR 565.15). */
export function isVin(value: string): boolean {
  const text = value.toUpperCase();
  const weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
  const sum = weights.reduce((total, weight, index) => {
    const char = text[index] ?? '0';
    return total + weight * Number(char <= '9' ? char : VIN_VALUES[VIN_LETTERS.indexOf(char)]);
  }, 0);
  return text.length === 17 && /[A-Z]{2}/.test(text) && /\d{3}/.test(text) && '0123456789X'[sum % 11] === text[8];
}
