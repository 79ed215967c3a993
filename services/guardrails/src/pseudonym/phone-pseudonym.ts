import { digitsOf } from '../detector/pii/checksums.js';
import { DIGITS, filled, pick, randomText, sameLayoutAndBeginning, type Random } from './layout.js';

/** Numbers that regulators keep free for fiction: what a number looks like, and how one of them begins. */
const FICTION: readonly (readonly [form: RegExp, begin: string])[] = [
  [/^4420\d{8}$/, '442079460'],
  [/^44\d{10}$/, '447700900'],
  [/^020\d{8}$/, '02079460'],
  [/^07\d{9}$/, '07700900'],
  [/^01\d{9}$/, '01632960'],
  [/^33[67]\d{8}$/, '3363998'],
  [/^33\d{9}$/, '3319900'],
  [/^0[67]\d{8}$/, '063998'],
  [/^01\d{8}$/, '019900'],
  [/^02\d{8}$/, '026191'],
  [/^03\d{8}$/, '035301'],
  [/^04\d{8}$/, '046571'],
  [/^05\d{8}$/, '053649'],
  [/^49\d{10}$/, '493023125'],
  [/^614\d{8}$/, '61491570'],
  [/^61\d{9}$/, '6125550'],
];

/** A telephone number of the same layout, from a range kept free for fiction where its country has one. */
export function phonePseudonym(random: Random, value: string): string {
  const digits = digitsOf(value);
  const dialled = digits.startsWith('00') ? digits.slice(2) : digits;
  const abroad = dialled !== digits || value.startsWith('+');
  const other = fictional(random, dialled, abroad);
  if (!other) return sameLayoutAndBeginning(random, value);
  return filled(value, digits.slice(0, digits.length - dialled.length) + other);
}

function fictional(random: Random, digits: string, abroad: boolean): string | undefined {
  if ((abroad ? /^1[2-9]\d{9}$/ : /^1?[2-9]\d{9}$/).test(digits)) {
    const area = pick(random, '23456789') + pick(random, '02345678') + pick(random, DIGITS);
    return `${digits.slice(0, -10)}${area}55501${randomText(random, DIGITS, 2)}`;
  }
  const begin = FICTION.find(([form]) => form.test(digits))?.[1];
  return begin && begin + randomText(random, DIGITS, digits.length - begin.length);
}
