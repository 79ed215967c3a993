/** The ASCII digits of a text, without whatever stands between them. */
export function digitsOf(text: string): string {
  return text.replace(/[^0-9]/g, '');
}

/** How many ASCII digits a text has. */
export function digitCount(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 48 && code <= 57) count += 1;
  }
  return count;
}

/** Whether its ASCII digits are all the same one. */
export function hasOneDigit(text: string): boolean {
  let first = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 48 || code > 57 || code === first) continue;
    if (first) return false;
    first = code;
  }
  return first > 0;
}

/** The ASCII letters and digits of a text, in upper case. */
export function lettersAndDigitsOf(text: string): string {
  return text.replace(/[^0-9A-Za-z]/g, '').toUpperCase();
}

/** Sum of digit times weight; digits beyond the weights do not count. */
export function weightedSum(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * Number(digits[index] ?? 0), 0);
}

export function allEqual(text: string): boolean {
  for (let index = 1; index < text.length; index++) if (text.charCodeAt(index) !== text.charCodeAt(0)) return false;
  return text.length > 0;
}

/** Luhn's checksum (ISO/IEC 7812-1, annex B) over the digits of a text; other characters do not count. */
export function passesLuhn(text: string): boolean {
  let sum = 0;
  let digits = 0;
  for (let index = text.length - 1; index >= 0; index--) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) continue;
    const doubled = digits % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
    digits += 1;
  }
  return digits > 0 && sum % 10 === 0;
}

/** The digit that makes `digits` pass Luhn's checksum when it is put behind them. */
export function luhnDigit(digits: string): string {
  return [...'0123456789'].find((digit) => passesLuhn(digits + digit)) ?? '0';
}

/** Remainder by 97 of a number written in digits and letters, A = 10 to Z = 35 (ISO 7064). */
export function mod97(text: string): number {
  let rest = 0;
  for (const char of text) {
    const value = Number.parseInt(char, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}

const VERHOEFF_STEP = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/** Verhoeff's checksum: the dihedral group of order ten, over the digits of a text. */
export function passesVerhoeff(text: string): boolean {
  const digits = digitsOf(text);
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    let digit = Number(digits[digits.length - 1 - place]);
    for (let turn = place % 8; turn > 0; turn--) digit = VERHOEFF_STEP[digit]!;
    sum = dihedral(sum, digit);
  }
  return digits.length > 0 && sum === 0;
}

function dihedral(one: number, other: number): number {
  if (one < 5) return other < 5 ? (one + other) % 5 : 5 + ((one + other - 5) % 5);
  return other < 5 ? 5 + ((one - 5 - other + 5) % 5) : (one - other + 5) % 5;
}

/** ISO 7064, MOD 11,10; the last digit is the check digit. */
export function passesMod11Of10(digits: string): boolean {
  let product = 10;
  for (const digit of digits.slice(0, -1)) product = (((Number(digit) + product) % 10 || 10) * 2) % 11;
  return digits.length > 1 && (product + Number(digits.at(-1))) % 10 === 1;
}

/** ISO 7064, MOD 11-2; the last character is a digit or X. */
export function passesMod11Of2(text: string): boolean {
  let rest = 0;
  for (const digit of text.slice(0, -1)) rest = ((rest + Number(digit)) * 2) % 11;
  const check = (12 - rest) % 11;
  return text.length > 1 && text.at(-1) === (check === 10 ? 'X' : String(check));
}

/** EAN-13 (GS1 General Specifications, section 7.9). */
export function passesEan13(digits: string): boolean {
  const sum = [...digits].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return digits.length === 13 && sum % 10 === 0;
}

/** ICAO Doc 9303, part 3: weights 7, 3, 1 over letters and digits; the last character is the check digit. */
export function passesIcao(text: string): boolean {
  const weights = [7, 3, 1];
  const sum = [...text.slice(0, -1)].reduce(
    (total, char, index) => total + Number.parseInt(char, 36) * weights[index % 3]!,
    0,
  );
  return text.length > 1 && String(sum % 10) === text.at(-1);
}

const MONTH_LENGTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether a month has such a day in some year. */
export function isDay(month: number, day: number): boolean {
  return day >= 1 && day <= (MONTH_LENGTHS[month - 1] ?? 0);
}
