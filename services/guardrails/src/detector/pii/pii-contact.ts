import { CharSet, WORD } from '../../pattern/char-set.js';
import type { DetectorSpec } from '../detector.js';
import { isDay } from './checksums.js';
import { isEmail, isIpv4, isIpv6, isMac, isPhone, isPlainPhone } from './number-shapes.js';
import { NUMBER_PART, pii, SCORES } from './pii-spec.js';

const LOCAL_PART = WORD.union(CharSet.of([37, 37], [43, 43], [45, 46]));
const COLON = CharSet.of([58, 58]);
const MONTH =
  '(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?)';

const PHONE_WORDS = [
  ...[
    'phone',
    'phones',
    'telephone',
    'tel',
    'mobile',
    'cell',
    'cellphone',
    'fax',
    'whatsapp',
    'sms',
    'hotline',
    'dial',
  ],
  ...[
    'phone number',
    'call me',
    'call us',
    'please call',
    'reach me',
    'telefon',
    'telefonnummer',
    'handy',
    'mobil',
    'anrufen',
  ],
  ...[
    'rufen sie',
    'téléphone',
    'portable',
    'teléfono',
    'móvil',
    'celular',
    'telefone',
    'cellulare',
    'telefono',
    'puhelin',
  ],
];
const BIRTH_WORDS = [
  ...[
    'born',
    'born on',
    'date of birth',
    'birth date',
    'birthdate',
    'birthday',
    'dob',
    'd.o.b',
    'geboren',
    'geburtsdatum',
  ],
  ...[
    'né le',
    'née le',
    'date de naissance',
    'nacido',
    'nacida',
    'fecha de nacimiento',
    'nato il',
    'nata il',
    'data di nascita',
  ],
  ...['data de nascimento', 'geboortedatum', 'geb', 'data urodzenia', 'født', 'född', 'syntymäaika', 'doğum tarihi'],
];

function isBirthDate(value: string): boolean {
  const [first, second, third] = value.split(/[./-]/).map(Number);
  if (third === undefined || Number.isNaN(first) || Number.isNaN(second)) return true;
  if (first! > 31) return isDay(second!, third);
  return isDay(second!, first!) || isDay(first!, second!);
}

/** How to reach a person, a person's machine, and when they were born. */
export const contactDetectors: readonly DetectorSpec[] = [
  pii('email', 'EMAIL_ADDRESS', String.raw`[A-Za-z0-9_%+.\-]+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,24}`, {
    notAfter: LOCAL_PART,
    maxLength: 254,
    validate: isEmail,
    validateBeginning: (beginning) => /@./.test(beginning),
    score: 1,
  }),
  pii(
    'phone',
    'PHONE_NUMBER',
    [
      String.raw`(\+|00)[1-9]([ .\-/]?(\d|\(\d{1,4}\))){6,14}`,
      String.raw`(1[ .\-])?(\(\d{3}\) ?|\d{3}[.\-])\d{3}[.\-]\d{4}`,
      String.raw`0\d{2} \d{4} \d{4}|0\d \d{4} \d{4}|0\d{3} \d{3} \d{3,4}|0\d{4} (\d{6}|\d{3} \d{3})`,
      String.raw`\(0\d{2,4}\) ?\d{3,4} ?\d{3,4}`,
      String.raw`0[1-9]([ .\-]\d{2}){4}|0\d{2,4}[/\-] ?\d{5,8}`,
    ].join('|'),
    { notAfter: NUMBER_PART, maxLength: 28, validate: isPhone, score: 0.7, words: PHONE_WORDS },
  ),
  pii('phone_plain', 'PHONE_NUMBER', String.raw`(\(\d{2,4}\) ?)?\d([ \-]?\d){6,13}`, {
    notAfter: NUMBER_PART.union(CharSet.of([40, 40])),
    maxLength: 24,
    validate: isPlainPhone,
    score: SCORES.weak,
    words: PHONE_WORDS,
    label: 'PHONE',
  }),
  pii('ipv4', 'IP_ADDRESS', String.raw`\d{1,3}(\.\d{1,3}){3}`, {
    notAfter: NUMBER_PART,
    maxLength: 15,
    validate: isIpv4,
    score: SCORES.shaped,
    label: 'IP',
  }),
  pii('ipv6', 'IP_ADDRESS', String.raw`([0-9A-Fa-f]{0,4}:){2,7}([0-9A-Fa-f]{0,4}|\d{1,3}(\.\d{1,3}){3})`, {
    notAfter: NUMBER_PART.union(COLON),
    maxLength: 45,
    validate: isIpv6,
    score: SCORES.checked,
    label: 'IP',
  }),
  pii('mac', 'MAC_ADDRESS', String.raw`[0-9A-Fa-f]{2}([:\-][0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{4}(\.[0-9A-Fa-f]{4}){2}`, {
    notAfter: NUMBER_PART.union(COLON),
    notBefore: NUMBER_PART.union(COLON),
    maxLength: 17,
    validate: isMac,
    score: SCORES.checked,
  }),
  pii(
    'date_of_birth',
    'DATE_OF_BIRTH',
    [
      String.raw`\d{1,2}[./\-]\d{1,2}[./\-]((19|20)\d{2}|\d{2})`,
      String.raw`(19|20)\d{2}[./\-]\d{1,2}[./\-]\d{1,2}`,
      String.raw`\d{1,2}(st|nd|rd|th|\.)? (of )?${MONTH}\.?,? (19|20)\d{2}`,
      String.raw`${MONTH}\.? \d{1,2}(st|nd|rd|th)?,? (19|20)\d{2}`,
    ].join('|'),
    {
      ignoreCase: true,
      notAfter: NUMBER_PART,
      maxLength: 28,
      validate: isBirthDate,
      score: 0.2,
      words: BIRTH_WORDS,
    },
  ),
];
