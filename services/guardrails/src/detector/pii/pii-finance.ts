import { CharSet, DIGIT, WORD } from '../../pattern/char-set.js';
import type { DetectorSpec } from '../detector.js';
import { isVin } from './checksums-americas.js';
import { isBitcoinAddress, isEthereumAddress } from './crypto-addresses.js';
import { isBic, isCard, isIban, isIbanBeginning, isImei } from './number-shapes.js';
import { NUMBER_PART, pii, SCORES } from './pii-spec.js';

/** Digits with at most one sign between any two; in groups a card has no more than sixteen. */
const CARD = String.raw`[2-6](\d{12,18}|([ .\-]?\d){13,15})`;
/** Where a card is laid out or wrapped between its groups. Only whole groups: columns of other numbers are no cards. */
const GAP = String.raw`( ?\r?\n ?|  |[ \t._/\-])`;
const CARD_IN_GROUPS = String.raw`[2-6]\d{3}(${GAP}\d{4}){3}|3\d{3}${GAP}\d{6}${GAP}\d{5}`;
const POINT = CharSet.of([46, 46]);

/** A number in base58 mixes characters as hardly a word does. */
const beginsBitcoinAddress = (text: string): boolean =>
  /^bc1/i.test(text) || (/[a-z]/.test(text) && /[A-Z]/.test(text));

/** Money, wherever it lies, and things that are numbered all over the world. */
export const financeDetectors: readonly DetectorSpec[] = [
  // A fraction of sixteen digits is no card: hence not after a point.
  pii('card', 'CREDIT_CARD', `${CARD}|${CARD_IN_GROUPS}`, {
    notAfter: WORD.union(POINT),
    maxLength: 37,
    validate: isCard,
    score: 1,
  }),
  // Within hex, base64 and other numbers chance makes cards: glued to letters, one counts beside its words only.
  pii('card_glued', 'CREDIT_CARD', CARD, {
    notAfter: DIGIT.union(POINT),
    notBefore: DIGIT,
    maxLength: 37,
    validate: isCard,
    score: SCORES.weak,
    words: [
      'card',
      'cards',
      'credit card',
      'card number',
      'visa',
      'mastercard',
      'amex',
      'cc',
      'ccn',
      'pan',
      'kreditkarte',
    ],
    label: 'CARD',
  }),
  pii('iban', 'IBAN_CODE', String.raw`[A-Z]{2}\d{2}(([ \-]|\r?\n)?[A-Z0-9]){11,30}`, {
    ignoreCase: true,
    maxLength: 52,
    validate: isIban,
    validateBeginning: isIbanBeginning,
    score: 1,
  }),
  pii('bic', 'SWIFT_CODE', '[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?', {
    maxLength: 11,
    validate: isBic,
    score: SCORES.weak,
    words: ['swift', 'bic', 'swift code', 'swift-code', 'bic code', 'bank code', 'swift/bic'],
  }),
  pii('btc_address', 'CRYPTO', '[13][1-9A-HJ-NP-Za-km-z]{25,34}|(bc1|BC1)[A-Za-z0-9]{11,71}', {
    maxLength: 74,
    validate: isBitcoinAddress,
    validateBeginning: beginsBitcoinAddress,
    score: 1,
  }),
  pii('eth_address', 'CRYPTO', '0x[0-9A-Fa-f]{40}', { maxLength: 42, validate: isEthereumAddress, score: 0.9 }),
  pii('vin', 'VEHICLE_IDENTIFICATION_NUMBER', '[A-HJ-NPR-Z0-9]{17}', {
    notAfter: NUMBER_PART,
    notBefore: WORD.union(CharSet.of([45, 45])),
    ignoreCase: true,
    maxLength: 17,
    validate: isVin,
    score: SCORES.shaped,
    words: ['vin', 'vehicle identification', 'chassis', 'fahrgestellnummer', 'vehicle'],
  }),
  pii('imei', 'IMEI', String.raw`\d{15}|\d{2}[ \-]\d{6}[ \-]\d{6}[ \-]\d`, {
    notAfter: NUMBER_PART,
    maxLength: 18,
    validate: isImei,
    score: SCORES.weak,
    words: ['imei', 'device', 'handset', 'phone'],
  }),
];
