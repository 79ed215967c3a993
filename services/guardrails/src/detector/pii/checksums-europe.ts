import {
  allEqual,
  digitsOf,
  isDay,
  lettersAndDigitsOf,
  mod97,
  passesEan13,
  passesIcao,
  passesLuhn,
  passesMod11Of10,
  weightedSum,
} from './checksums.js';

const down = (from: number, to: number): number[] => Array.from({ length: from - to + 1 }, (_, index) => from - index);
const part = (digits: string, from: number, to: number): number => Number(digits.slice(from, to));

/** NHS number: modulus 11, as the NHS Data Dictionary has it. */
export function isNhsNumber(value: string): boolean {
  const digits = digitsOf(value);
  const check = (11 - (weightedSum(digits, down(10, 2)) % 11)) % 11;
  return digits.length === 10 && !allEqual(digits) && check === Number(digits[9]);
}

const NINO_NEVER_GIVEN = new Set(['BG', 'GB', 'NK', 'KN', 'TN', 'NT', 'ZZ']);

export function isNino(value: string): boolean {
  return !NINO_NEVER_GIVEN.has(value.slice(0, 2).toUpperCase());
}

/** Letters of a surname padded with 9, decade, month (plus 50 for women), day, year. */
export function isUkDrivingLicence(value: string): boolean {
  const month = part(value, 6, 8) % 50;
  return /^[A-Z]+9*$/i.test(value.slice(0, 5)) && part(value, 6, 8) < 63 && isDay(month, part(value, 8, 10));
}

const SPANISH_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';

export function isDni(value: string): boolean {
  const text = lettersAndDigitsOf(value);
  return text[8] === SPANISH_LETTERS[part(text, 0, 8) % 23];
}

export function isNie(value: string): boolean {
  const text = lettersAndDigitsOf(value);
  return isDni(`${'XYZ'.indexOf(text[0] ?? '')}${text.slice(1)}`);
}

const ODD_VALUES = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** Decree of 23 December 1976: characters at odd places count by a table. */
export function isCodiceFiscale(value: string): boolean {
  const text = lettersAndDigitsOf(value);
  const sum = [...text.slice(0, 15)].reduce((total, char, index) => {
    const order = char <= '9' ? Number(char) : char.charCodeAt(0) - 65;
    return total + (index % 2 === 0 ? ODD_VALUES[order]! : order);
  }, 0);
  return text.length === 16 && text.charCodeAt(15) - 65 === sum % 26;
}

export function isPartitaIva(value: string): boolean {
  const digits = digitsOf(value);
  return digits.length === 11 && passesLuhn(digits) && Number(digits.slice(0, 7)) > 0;
}

/** Steuer-ID: ISO 7064 MOD 11,10; in the first ten digits one occurs two or three times, and never three in a row. */
export function isGermanTaxId(value: string): boolean {
  const digits = digitsOf(value);
  if (digits.length !== 11 || digits.startsWith('0') || !passesMod11Of10(digits)) return false;
  const body = digits.slice(0, 10);
  const kinds = new Set(body).size;
  const thrice = kinds === 8 && /(\d).*\1.*\1/.test(body) && !/(\d)\1\1/.test(body);
  return kinds === 9 || thrice;
}

/** Versicherungsnummer (VKVV section 2): the letter counts as two digits, and of each product the sum of its digits. */
export function isGermanSocialSecurity(value: string): boolean {
  const text = lettersAndDigitsOf(value);
  if (text.length !== 12) return false;
  const letter = String(text.charCodeAt(8) - 64).padStart(2, '0');
  const digits = text.slice(0, 8) + letter + text.slice(9, 11);
  const sum = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1].reduce((total, weight, index) => {
    const product = weight * Number(digits[index]);
    return total + Math.floor(product / 10) + (product % 10);
  }, 0);
  return sum % 10 === Number(text[11]) && isDay(part(text, 4, 6), part(text, 2, 4) % 50);
}

export function isGermanIdCard(value: string): boolean {
  const text = lettersAndDigitsOf(value);
  return text.length === 10 && /\d/.test(text.slice(0, 9)) && passesIcao(text);
}

export function isGermanVat(value: string): boolean {
  const digits = digitsOf(value);
  return digits.length === 9 && !digits.startsWith('0') && passesMod11Of10(digits);
}

/** NIR: the key is 97 minus the rest by 97; 2A and 2B (Corsica) count as 19 and 18. */
export function isNir(value: string): boolean {
  const text = lettersAndDigitsOf(value).replace('2A', '19').replace('2B', '18');
  if (text.length !== 15 || /[A-Z]/.test(text)) return false;
  return 97 - mod97(text.slice(0, 13)) === part(text, 13, 15);
}

/** SIRET and SIREN: Luhn. */
export function isSiret(value: string): boolean {
  const digits = digitsOf(value);
  return !allEqual(digits) && passesLuhn(digits) && (digits.length !== 14 || passesLuhn(digits.slice(0, 9)));
}

/** BSN: the "elfproef". */
export function isBsn(value: string): boolean {
  const digits = digitsOf(value).padStart(9, '0');
  const sum = weightedSum(digits, [...down(9, 2), -1]);
  return digits.length === 9 && !allEqual(digits) && sum % 11 === 0;
}

/** Rijksregisternummer: 97 minus the rest by 97; those born since 2000 with a 2 in front. */
export function isBelgianNumber(value: string): boolean {
  const digits = digitsOf(value);
  const body = digits.slice(0, 9);
  const check = part(digits, 9, 11);
  const valid = 97 - mod97(body) === check || 97 - mod97(`2${body}`) === check;
  return digits.length === 11 && valid && isDay(part(digits, 2, 4) % 20, part(digits, 4, 6));
}

export function isPesel(value: string): boolean {
  const sum = weightedSum(value, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]);
  return value.length === 11 && sum % 10 === 0 && isDay(part(value, 2, 4) % 20, part(value, 4, 6));
}

export function isNip(value: string): boolean {
  const digits = digitsOf(value);
  return digits.length === 10 && weightedSum(digits, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 === Number(digits[9]);
}

export function isRegon(value: string): boolean {
  const short = (weightedSum(value, [8, 9, 2, 3, 4, 5, 6, 7]) % 11) % 10 === Number(value[8]);
  if (value.length === 9) return short;
  const long = (weightedSum(value, [2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8]) % 11) % 10;
  return value.length === 14 && short && long === Number(value[13]);
}

/** Personnummer, also with a century, and samordningsnummer (day plus 60): Luhn over the last ten digits. */
export function isPersonnummer(value: string): boolean {
  const digits = digitsOf(value);
  const ten = digits.slice(-10);
  const century = digits.length === 12 ? ['18', '19', '20'].includes(digits.slice(0, 2)) : digits.length === 10;
  return century && passesLuhn(ten) && isDay(part(ten, 2, 4), part(ten, 4, 6) % 60);
}

const HETU_CHECK = '0123456789ABCDEFHJKLMNPRSTUVWXY';

export function isHetu(value: string): boolean {
  const text = value.toUpperCase();
  const number = Number(text.slice(0, 6) + text.slice(7, 10));
  return text[10] === HETU_CHECK[number % 31] && isDay(part(text, 2, 4), part(text, 0, 2));
}

/** Fødselsnummer and D-number (day plus 40): two digits, modulus 11. */
export function isFodselsnummer(value: string): boolean {
  const digits = digitsOf(value);
  const first = weightedSum(digits, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 === 0;
  const second = weightedSum(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0;
  const plain = (number: number): number => (number > 40 ? number - 40 : number);
  const date = isDay(plain(part(digits, 2, 4)), plain(part(digits, 0, 2)));
  return digits.length === 11 && first && second && date;
}

/** CPR numbers have had no check digit since 2007: only the date is looked at. */
export function isCpr(value: string): boolean {
  return isDay(part(value, 2, 4), part(value, 0, 2));
}

export function isPortugueseNif(value: string): boolean {
  const digits = digitsOf(value);
  const check = 11 - (weightedSum(digits, down(9, 2)) % 11);
  return digits.length === 9 && /^[1235689]/.test(digits) && (check > 9 ? 0 : check) === Number(digits[8]);
}

/** PPS number: modulus 23; a second letter counts nine times its place in the alphabet. */
export function isPps(value: string): boolean {
  const text = value.toUpperCase();
  const second = text[8] === undefined || text[8] === 'W' ? 0 : 9 * (text.charCodeAt(8) - 64);
  return 'WABCDEFGHIJKLMNOPQRSTUV'[(weightedSum(text, down(8, 2)) + second) % 23] === text[7];
}

export function isAhv(value: string): boolean {
  return passesEan13(digitsOf(value));
}

/** Kimlik: the tenth digit checks the places apart, the eleventh all before it. */
export function isKimlik(value: string): boolean {
  const odd = weightedSum(value, [1, 0, 1, 0, 1, 0, 1, 0, 1]);
  const even = weightedSum(value, [0, 1, 0, 1, 0, 1, 0, 1]);
  const tenth = (((odd * 7 - even) % 10) + 10) % 10;
  const eleventh = weightedSum(value, new Array<number>(10).fill(1)) % 10;
  return /^[1-9]\d{10}$/.test(value) && tenth === Number(value[9]) && eleventh === Number(value[10]);
}
