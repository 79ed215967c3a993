import { allEqual, digitCount, digitsOf, hasOneDigit, lettersAndDigitsOf, mod97, passesLuhn } from './checksums.js';

/** Prefixes of card brands (ISO/IEC 7812 as the schemes publish them) with the lengths that they give out. */
const CARD_BRANDS: readonly (readonly [prefix: RegExp, lengths: readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^(30[0-5]|3095|36|3[89])/, [14, 15, 16, 17, 18, 19]],
  [/^(352[89]|35[3-8])/, [16, 17, 18, 19]],
  [/^220[0-4]/, [16, 17, 18, 19]],
  [/^(50|5[6-8]|6)/, [16, 17, 18, 19]],
];
/** Written in groups, a card has one of the usual lengths: a longer run of groups is the card and something else. */
const GROUPED_LENGTHS = [14, 15, 16];

/** A payment card: brand, length, not one digit only, Luhn. What costs least is asked first: long numbers ask often. */
export function isCard(value: string): boolean {
  const count = digitCount(value);
  const grouped = count !== value.length;
  if (!(grouped ? GROUPED_LENGTHS.includes(count) : count >= 13 && count <= 19) || !passesLuhn(value)) return false;
  const digits = digitsOf(value);
  const lengths = CARD_BRANDS.find(([prefix]) => prefix.test(digits))?.[1];
  if (!lengths?.includes(count) || hasOneDigit(value)) return false;
  return !grouped || isGroupedCard(value);
}

/** Groups that a card is written in: the first one has four digits or more, or all have as many as it has. */
function isGroupedCard(value: string): boolean {
  const groups = value.match(/\d+/g)!.map((group) => group.length);
  const first = groups[0]!;
  return first >= 4 || groups.slice(0, -1).every((group) => group === first);
}

/** Lengths of IBANs by country (SWIFT, IBAN Registry). */
const IBAN_LENGTHS = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 ' +
    'FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 ' +
    'LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 ' +
    'RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
);

export function isIban(value: string): boolean {
  const length = IBAN_LENGTHS.get(value.slice(0, 2).toUpperCase());
  if (length === undefined || value.length < length) return false;
  const text = lettersAndDigitsOf(value);
  return text.length === length && mod97(text.slice(4) + text.slice(0, 4)) === 1;
}

/** Half of an IBAN of its country, with a third of digits at least: words begin otherwise. */
export function isIbanBeginning(beginning: string): boolean {
  const text = lettersAndDigitsOf(beginning);
  const rest = text.slice(4);
  const digits = rest.replace(/\D/g, '').length;
  return text.length * 2 >= (IBAN_LENGTHS.get(text.slice(0, 2).toUpperCase()) ?? Infinity) && digits * 3 >= rest.length;
}

const COUNTRIES = new Set(
  (
    'AD AE AF AG AI AL AM AO AR AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM ' +
    'CN CO CR CU CV CW CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FK FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR ' +
    'GT GU GY HK HN HR HT HU ID IE IL IM IN IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS ' +
    'LT LU LV LY MA MC MD ME MG MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NG NI NL NO NP NR NZ OM PA PE PF ' +
    'PG PH PK PL PM PR PS PT PY QA RE RO RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR ST SV SY SZ TC TD TG TH TJ TL TM ' +
    'TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW'
  ).split(' '),
);

/** BIC (ISO 9362): the country stands at the fifth place. */
export function isBic(value: string): boolean {
  return COUNTRIES.has(value.slice(4, 6)) && !/^[A-Z]{11}$/.test(value.slice(0, 6) + value.slice(8));
}

/** Digits after the calling code (ITU-T E.164 and national plans); codes that are not here: 6 to 12. */
const NATIONAL_LENGTHS = new Map<string, readonly [number, number]>(
  (
    '7:10-10 20:8-10 27:9-9 30:10-10 31:9-9 32:8-9 33:9-9 34:9-9 36:8-9 39:8-11 40:9-9 41:9-9 43:7-12 44:9-10 45:8-8 ' +
    '46:7-9 47:8-8 48:9-9 49:7-11 51:8-9 52:10-10 54:10-11 55:10-11 56:9-9 57:8-10 60:8-10 61:9-9 62:8-12 63:8-10 64:8-10 65:8-8 ' +
    '66:8-9 81:9-10 82:8-10 84:9-10 86:10-11 90:10-10 91:10-10 92:9-10 234:8-10 254:9-9 351:9-9 352:6-9 353:7-9 354:7-9 ' +
    '358:6-10 370:8-8 371:8-8 372:7-8 380:9-9 385:8-9 386:8-8 420:9-9 421:9-9 852:8-8 886:8-9 966:8-9 971:8-9 972:8-9'
  )
    .split(' ')
    .map((entry) => {
      const [code, least, most] = entry.split(/[:-]/);
      return [code!, [Number(least), Number(most)]] as const;
    }),
);

function isInternationalPhone(digits: string, mostUnknown: number): boolean {
  if (digits.startsWith('1')) return isNorthAmericanPhone(digits);
  for (const length of [1, 2, 3]) {
    const bounds = NATIONAL_LENGTHS.get(digits.slice(0, length));
    if (!bounds) continue;
    const national = digits.length - length;
    // A zero for calls at home is often left in: +44 (0)20 ...
    const given = digits[length] === '0' ? national - 1 : national;
    return given >= bounds[0] && given <= bounds[1];
  }
  return digits.length >= 8 && digits.length <= mostUnknown;
}

/** North American numbers: area and exchange begin with 2 to 9, and are no service code. */
function isNorthAmericanPhone(digits: string): boolean {
  return /^1?[2-9](?!11)\d\d[2-9](?!11)\d{6}$/.test(digits);
}

/** A telephone number in a form that nothing else is written in: with its country, or grouped as its country does. */
export function isPhone(value: string): boolean {
  const digits = digitsOf(value);
  if (allEqual(digits)) return false;
  if (value.startsWith('+')) return isInternationalPhone(digits, 15);
  // Many numbers begin with 00: only behind a code that is known is it a call abroad.
  if (value.startsWith('00')) return isInternationalPhone(digits.slice(2), 0);
  return digits.startsWith('0') ? /^0[1-9]\d{8,9}$/.test(digits) : isNorthAmericanPhone(digits);
}

/** Digits that may be a telephone number where the words before them say so. */
export function isPlainPhone(value: string): boolean {
  if (digitCount(value) < (value.startsWith('0') || value.startsWith('(0') ? 8 : 7) || hasOneDigit(value)) return false;
  // Nor a date: with the year in front, or behind.
  return !/^(19|20)\d\d-\d\d-\d\d$|^\d\d-\d\d-(19|20)\d\d$/.test(value);
}

/** IPv4, without those that name nobody: this host, loopback, masks, broadcast. */
export function isIpv4(value: string): boolean {
  const parts = value.split('.');
  if (parts.some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith('0')))) return false;
  return !['0', '127', '255'].includes(parts[0]!);
}

/** IPv6 in the forms of RFC 4291, section 2.2, without the unspecified and the loopback address. */
export function isIpv6(value: string): boolean {
  const [head, tail, more] = value.split('::');
  if (more !== undefined || value.replace(/[^0-9a-f]/gi, '').length < 4 || !/\d/.test(value)) return false;
  const groups = [head, tail].flatMap((side) => (side ? side.split(':') : []));
  const last = groups.at(-1) ?? '';
  const width = groups.length + (last.includes('.') ? 1 : 0);
  const hex = groups.every((group, index) =>
    group.includes('.') ? index === groups.length - 1 && isIpv4(group) : /^[0-9a-f]{1,4}$/i.test(group),
  );
  return hex && (tail === undefined ? width === 8 : width < 8);
}

export function isMac(value: string): boolean {
  return !allEqual(lettersAndDigitsOf(value)) && new Set(value.replace(/[^:.-]/g, '')).size === 1;
}

/** An e-mail address (RFC 5321 lengths; the dot-atoms of RFC 5322). */
export function isEmail(value: string): boolean {
  const at = value.lastIndexOf('@');
  const local = value.slice(0, at);
  const labels = value.slice(at + 1).split('.');
  if (local.length > 64 || local.startsWith('.') || local.endsWith('.') || local.includes('..')) return false;
  return labels.every((label) => label.length > 0 && label.length <= 63 && !/^-|-$/.test(label));
}

/** IMEI: fifteen digits, Luhn. */
export function isImei(value: string): boolean {
  const digits = digitsOf(value);
  return digits.length === 15 && !allEqual(digits) && passesLuhn(digits);
}
